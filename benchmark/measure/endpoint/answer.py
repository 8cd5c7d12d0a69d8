"""What a streamed answer says: when its tokens came, how many there are, why it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.measure.endpoint.content import content_of
from benchmark.measure.endpoint.counts import counts_of
from benchmark.measure.endpoint.ends import is_end_marker, is_life_sign, reason_of
from benchmark.measure.endpoint.event import Odd, object_in, shown
from benchmark.measure.endpoint.problem import message_of, problem_in_text, problem_of
from benchmark.measure.endpoint.repeats import only_new
from benchmark.measure.endpoint.sse import ErrorData, Events

if TYPE_CHECKING:
    from benchmark.measure.endpoint.content import Content
    from benchmark.measure.endpoint.counts import Counts

_PARTS = frozenset({"choices", "token", "usage", "timings"})
"""Of an answer: an event without any of them is none of a protocol known here."""

_FAR_TOO_MANY = 10
_LETTERS = 1000
"""Some servers send less than a token in an event, so events may be many."""

_FLUSHED = 1
"""Events with content that may follow a finish reason: what was held back."""


class Mark(NamedTuple):
    """A count that the server told on the way.

    Attributes:
        stamp_ns: when.
        contents: events with content up to then, this one included.
        tokens: generated up to then.
    """

    stamp_ns: int
    contents: int
    tokens: int


class Answer:
    """One answer, understood piece by piece.

    Attributes:
        content_ns: a stamp for every event that brought something generated, in whatever field.
            Roles, usage, empty text and comments are no content.
        texts: what these events brought.
        arrival_ns: a stamp for every arrival of tokens: content, or a count that grew without any.
        marks: the counts told on the way, each larger than the one before.
        prompt_tokens: as the server counted them, None if it did not tell.
        completion_tokens: likewise, told with the last content or after it.
        cached_tokens: of the prompt, found in the server's cache; None if it did not tell.
        hidden_tokens: reasoning that was generated and not sent; None if it did not tell.
        counted_by: `usage`, or `token_ids` if the events list their tokens.
        usage_is_blank: it sent usage without a count of tokens in it.
        finish_reason: the server's word, None if it gave none.
        error: why this is no complete answer.
        strange: the first event that is none of a protocol known here, shown if the answer has no
            end; some servers and proxies keep connections alive by such.
        doubt: the first such event since the last content that is no mere sign of life, if nothing
            but the end marker says that the answer is whole.
        done: it sent the end marker.
    """

    __slots__ = (
        "_doubt",
        "_ended_by_usage",
        "_events",
        "_listed",
        "_outlived",
        "_thoughts_sent",
        "_told",
        "_unmarked",
        "arrival_ns",
        "cached_tokens",
        "completion_tokens",
        "content_ns",
        "counted_by",
        "done",
        "error",
        "finish_reason",
        "marks",
        "prompt_tokens",
        "reasoning_tokens",
        "strange",
        "texts",
        "usage_is_blank",
    )

    def __init__(self) -> None:
        self._events = Events()
        self.content_ns: list[int] = []
        self.arrival_ns: list[int] = []
        self.texts: list[str] = []
        self.marks: list[Mark] = []
        self.prompt_tokens: int | None = None
        self.completion_tokens: int | None = None
        self.cached_tokens: int | None = None
        self.reasoning_tokens: int | None = None
        self.counted_by = "usage"
        self.finish_reason: str | None = None
        self.error: str | None = None
        self.strange: str | None = None
        self._doubt: str | None = None
        self.done = self.usage_is_blank = False
        self._told = self._outlived = 0
        self._listed: int | None = 0
        self._unmarked = self._ended_by_usage = self._thoughts_sent = False

    @property
    def is_complete(self) -> bool:
        """Whether the server said that this was all: the end marker, a reason, or usage at last.

        A reason that much content follows is none: some servers give one with every event.
        """
        return self.done or self._has_reason or self._ended_by_usage

    @property
    def doubt(self) -> str | None:
        """Why an end marker alone may not be believed; None for no doubt."""
        return None if self._has_reason or self._ended_by_usage else self._doubt

    @property
    def _has_reason(self) -> bool:
        return self.finish_reason is not None and self._outlived <= _FLUSHED

    @property
    def hidden_tokens(self) -> int:
        """Reasoning that was generated and counted, and never sent."""
        return 0 if self._thoughts_sent else self.reasoning_tokens or 0

    @property
    def text(self) -> str:
        """All that was generated."""
        return self.text_of(len(self.texts))

    def text_of(self, events: int) -> str:
        """What the first so many events brought; halves of a character are joined again."""
        whole = "".join(self.texts[:events])
        try:
            whole.encode()
        except UnicodeEncodeError:
            return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return whole

    def feed(self, stamp_ns: int, data: bytes) -> None:
        """Understand bytes that arrived at `stamp_ns`."""
        for event in self._events.feed(data):
            self._understand(stamp_ns, event)

    def end(self, stamp_ns: int) -> None:
        """Nothing follows any more."""
        for event in self._events.end():
            self._understand(stamp_ns, event)
        if self.texts and (problem := problem_in_text(self.texts[-1])) is not None:
            self.error = self.error or f"the server sent an error in the place of text: {problem}"
        self._say_once()

    def stop_at(self, asked: int) -> None:
        """Call it an error that the answer is far longer than the `asked` tokens and not over."""
        if not self.is_complete and len(self.arrival_ns) > asked * _FAR_TOO_MANY + _LETTERS:
            self._fail_with(f"the server went on without an end, {asked} tokens were asked")

    def _understand(self, stamp_ns: int, data: bytes) -> None:
        if isinstance(data, ErrorData):
            self._fail(message_of(bytes(data)))
            return
        if is_end_marker(data):
            self.done = True
            return
        event = object_in(data)
        if isinstance(event, Odd):
            if event.is_broken:
                self._fail_with(event.why)
            self._pass_over(event.value, event.why)
        elif event is not None:
            self._take(stamp_ns, event)

    def _pass_over(self, event: object, why: str) -> None:
        """Keep what is nothing of an answer, for it may say why the rest is missing."""
        self.strange = self.strange or why
        if not self.done and not is_life_sign(event):
            self._doubt = self._doubt or why

    def _take(self, stamp_ns: int, event: dict[str, Any]) -> None:
        if _PARTS.isdisjoint(event) and event.get("done") is not True:
            self._pass_over(event, f"an event of the stream is none of an answer: {shown(event)}")
        problem = problem_of(event)
        if problem is not None:
            self._fail(problem)
        counts, content = counts_of(event), content_of(event)
        text, told = self._new(content), None
        if counts is not None:
            self._note(counts)
            told = counts.completion
        if text:
            self._receive(stamp_ns, text, thought=content.thought)
        elif told is not None and "usage" in event:
            self._ended_by_usage |= not event.get("choices") or not self._told
        if told is not None or content.tokens is not None:
            self._mark(stamp_ns, told, content.tokens or 0)
        elif text:
            self._listed = None
        self._end_with(event, has_text=bool(text))

    def _new(self, content: Content) -> str:
        """Of a message that says all of it again, what is new; one text may follow its like."""
        if content.is_message and self.texts:
            whole = "".join(self.texts)
            if len(content.text) > len(whole) or len(self.texts) > 1:
                return content.text.removeprefix(whole)
        return content.text

    def _note(self, counts: Counts) -> None:
        self.prompt_tokens = counts.prompt or self.prompt_tokens
        self.cached_tokens = self.cached_tokens if counts.cached is None else counts.cached
        self.reasoning_tokens = counts.thoughts or self.reasoning_tokens
        self.usage_is_blank |= counts.is_blank

    def _receive(self, stamp_ns: int, text: str, *, thought: bool) -> None:
        self.content_ns.append(stamp_ns)
        self.arrival_ns.append(stamp_ns)
        self.texts.append(text)
        self._thoughts_sent |= thought
        self._outlived += self.finish_reason is not None
        self._doubt = None
        # A count told before this is none of the whole answer.
        self.completion_tokens, self._unmarked, self._ended_by_usage = None, True, False

    def _mark(self, stamp_ns: int, told: int | None, listed: int) -> None:
        """Take a count, or so many tokens listed after the last one.

        One that grew without content since the last one is an arrival.
        """
        if told is not None:
            self._listed = told
        elif self._listed is not None:
            self._listed += listed
        if self._listed is None:
            return
        tokens = self._listed
        if tokens > self._told:
            if not self._unmarked:
                self.arrival_ns.append(stamp_ns)
            self.marks.append(Mark(stamp_ns, len(self.content_ns), tokens))
            self._told = tokens
        self._unmarked = False
        self.completion_tokens = tokens
        self.counted_by = "token_ids" if told is None else "usage"

    def _end_with(self, event: dict[str, Any], *, has_text: bool) -> None:
        """The end marker of other protocols, and reasons."""
        self.done |= event.get("done") is True and not event.get("choices")
        reason = reason_of(event)
        if reason is not None:
            self.finish_reason = reason
            self._outlived = self._outlived if has_text else 0

    def _say_once(self) -> None:
        """Leave out of the texts what says again what was said before."""
        new = only_new(self.texts)
        if new is None:
            return
        for stamp in self.content_ns[len(new) :]:
            self.arrival_ns.remove(stamp)
        del self.content_ns[len(new) :]
        self.texts = new

    def _fail(self, problem: str) -> None:
        self._fail_with(f"the server ended the answer: {problem}")

    def _fail_with(self, reason: str) -> None:
        """The first reason is the one that counts; after the end marker there is none."""
        if not self.done:
            self.error = self.error or reason
