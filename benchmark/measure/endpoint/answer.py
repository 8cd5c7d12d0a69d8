"""What a streamed answer says: when content came, how many tokens, why it ended."""

from __future__ import annotations

from typing import Any

import orjson

from benchmark.measure.endpoint.sse import Events

_DONE = b"[DONE]"
_CONTENT = ("content", "reasoning_content", "reasoning")
"""Where servers put text in a chat answer's delta; any of them is a token that arrived."""

_LONGEST_REASON = 300


class Answer:
    """One answer, understood piece by piece.

    Attributes:
        content_ns: a stamp for every event that brought text. Roles, usage, empty text and
            comments are no content.
        texts: what these events brought.
        prompt_tokens: as the server counted them, None if it did not tell.
        completion_tokens: likewise.
        finish_reason: the server's word, None if it gave none.
        error: why this is no complete answer.
    """

    __slots__ = (
        "_events",
        "completion_tokens",
        "content_ns",
        "done",
        "error",
        "finish_reason",
        "prompt_tokens",
        "texts",
    )

    def __init__(self) -> None:
        self._events = Events()
        self.content_ns: list[int] = []
        self.texts: list[str] = []
        self.prompt_tokens: int | None = None
        self.completion_tokens: int | None = None
        self.finish_reason: str | None = None
        self.error: str | None = None
        self.done = False

    @property
    def is_complete(self) -> bool:
        """Whether the server said that this was all."""
        return self.done or self.finish_reason is not None

    def feed(self, stamp_ns: int, data: bytes) -> None:
        """Understand bytes that arrived at `stamp_ns`."""
        for event in self._events.feed(data):
            self._understand(stamp_ns, event)

    def end(self, stamp_ns: int) -> None:
        """Nothing follows any more."""
        for event in self._events.end():
            self._understand(stamp_ns, event)

    def _understand(self, stamp_ns: int, data: bytes) -> None:
        if data == _DONE:
            self.done = True
            return
        try:
            # The strict door costs ten times as much, for every token of hundreds of streams.
            event = orjson.loads(data)  # noqa: TID251 - foreign data, judged below
        except orjson.JSONDecodeError:
            shown = data[:60].decode(errors="replace")
            self.error = self.error or f"an event of the stream is no JSON: {shown!r}"
            return
        if not isinstance(event, dict):
            self.error = self.error or "an event of the stream is no object"
            return
        self._take(stamp_ns, event)

    def _take(self, stamp_ns: int, event: dict[str, Any]) -> None:
        if event.get("error"):
            self.error = self.error or f"the server ended the answer: {explain(event)}"
        choices = event.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], dict):
            choice = choices[0]
            text = _text(choice)
            if text:
                self.content_ns.append(stamp_ns)
                self.texts.append(text)
            reason = choice.get("finish_reason")
            if isinstance(reason, str):
                self.finish_reason = reason
        usage = event.get("usage")
        if isinstance(usage, dict):
            self.prompt_tokens = _count(usage.get("prompt_tokens"), self.prompt_tokens)
            self.completion_tokens = _count(usage.get("completion_tokens"), self.completion_tokens)


def explain(problem: object) -> str:
    """The message in an error object of any server, in one short line."""
    for _ in range(3):
        if not isinstance(problem, dict):
            break
        found = (problem.get(name) for name in ("error", "message", "detail"))
        problem = next((value for value in found if value), str(problem))
    return " ".join(str(problem).split())[:_LONGEST_REASON]


def message_of(body: bytes) -> str:
    """What a body that is no answer says, in one short line."""
    try:
        problem = orjson.loads(body)  # noqa: TID251 - foreign data, only shown
    except orjson.JSONDecodeError:
        problem = body.decode(errors="replace")
    return explain(problem) or "no reason given"


def _text(choice: dict[str, Any]) -> str | None:
    """The text a choice of a chat or of a completion brings."""
    delta = choice.get("delta")
    if not isinstance(delta, dict):
        text = choice.get("text")
        return text if isinstance(text, str) else None
    for name in _CONTENT:
        text = delta.get(name)
        if text and isinstance(text, str):
            return text
    return None


def _count(value: object, known: int | None) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else known
