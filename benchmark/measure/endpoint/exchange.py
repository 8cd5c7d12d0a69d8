"""One request on its way: what was sent when, and the raw bytes that came back when."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.answer import Answer
from benchmark.measure.endpoint.encoding import UndecodableError, decoders
from benchmark.measure.endpoint.ends import is_bad_end
from benchmark.measure.endpoint.payload import EVENTS, LINES, UNKNOWN, Payload, no_stream
from benchmark.measure.endpoint.problem import message_of
from benchmark.measure.endpoint.redirect import REDIRECTS, Redirect

if TYPE_CHECKING:
    from benchmark.measure.endpoint.encoding import Decoder
    from benchmark.measure.request import Request

_PIECES_AT_ONCE = 8
_SUCCESS = range(200, 300)
_EVENTS_TYPE = "text/event-stream"
_NO_END = (
    "the answer ended before the server said that it was whole: "
    "it sent no finish reason, no [DONE] and no usage after the last token"
)


class Exchange:
    """A request and what is known of its answer. Stamps are nanoseconds.

    Attributes:
        request: what was asked, None for a question about the server itself.
        data: the bytes to send.
        start_ns: when it was sent, or was due in an open loop.
        sent_ns: when it was really handed over.
        last_ns: when anything happened last.
        status: HTTP's, 0 before there is an answer.
        fields: HTTP's, by their names in lower case.
        pieces: bytes of the body that nobody has looked at yet, and when they came.
        answer: what is understood of one that is.
        error: why there is no answer: no connection, lost, silent.
        ended: nothing follows any more.
        queued: waits to be understood.
        retried: sent again because a kept connection had just been closed.
        settled: its result is known.
        counted: the watch knows of it, and of the turns that follow from it.
    """

    __slots__ = (
        "_decoders",
        "_payload",
        "answer",
        "counted",
        "data",
        "ended",
        "error",
        "fields",
        "last_ns",
        "pieces",
        "queued",
        "request",
        "retried",
        "sent_ns",
        "settled",
        "start_ns",
        "status",
    )

    def __init__(self, request: Request | None, data: bytes, start_ns: int) -> None:
        self.request = request
        self.data = data
        self.start_ns = self.sent_ns = self.last_ns = start_ns
        self.status = 0
        self.fields: dict[str, str] = {}
        self.pieces: deque[tuple[int, bytes]] = deque()
        self._payload: Payload | None = None
        self._decoders: tuple[Decoder, ...] = ()
        self.answer = Answer()
        self.error: str | None = None
        self.ended = self.queued = self.retried = self.settled = False
        self.counted = False

    @property
    def content_type(self) -> str:
        """HTTP's, in lower case."""
        return self.fields.get("content-type", "").lower()

    @property
    def raw(self) -> bytes:
        """A body that is no stream, as far as it is understood."""
        return b"" if self._payload is None else bytes(self._payload.raw)

    @property
    def is_stream(self) -> bool:
        """Whether the body is a stream, or may be as far as it is understood."""
        return self.status in _SUCCESS and self.form in {UNKNOWN, EVENTS, LINES}

    @property
    def form(self) -> str:
        """What the body is as far as it is understood, in the words of `Payload.kind`."""
        return UNKNOWN if self._payload is None else self._payload.kind

    def understand(self) -> bool:
        """Look at a few pieces; whether that was all there are for now."""
        for _ in range(min(_PIECES_AT_ONCE, len(self.pieces))):
            stamp, data = self.pieces.popleft()
            try:
                self._take(stamp, data)
            except UndecodableError as error:
                self.error = self.error or str(error)
                self.pieces.clear()
        if self.request is not None:
            self.answer.stop_at(self.request.output_length)
        return not self.pieces

    def conclude(self) -> None:
        """Nothing follows: understand what is left."""
        while not self.understand():
            pass
        if self._payload is None:
            self._payload = Payload()
        self.answer.feed(self.last_ns, self._payload.end())
        if self.is_stream:
            self.answer.end(self.last_ns)

    def trouble(self) -> str | None:
        """Why this is no complete answer, None if it is one; ask after `conclude`."""
        if self.status in REDIRECTS:
            return f"HTTP {self.status}: redirects to {self.redirect.shown}"
        if self.status and self.status not in _SUCCESS:
            return f"HTTP {self.status}: {message_of(self.raw)}"
        answer = self.answer
        # What is lost after the server said that this was all was nothing of the answer.
        if answer.error or (self.error and not answer.is_complete):
            return answer.error or self.error
        return self._unfinished() if self.is_stream else no_stream(self.raw, self.content_type)

    def _unfinished(self) -> str | None:
        """Why the server did not say that this was the whole answer; None if it did."""
        reason = self.answer.finish_reason
        if reason is not None and is_bad_end(reason):
            return f"the server broke the answer off (finish reason: {reason})"
        if self._has_all():
            return None
        if self.answer.is_complete:
            return self._doubt()
        strange = self.answer.strange
        return _NO_END if strange is None else f"{_NO_END}; {strange}"

    def _doubt(self) -> str | None:
        """Of an answer whose length does not show whether it is whole."""
        doubt, request = self.answer.doubt, self.request
        shows = request is None or (request.exact and self.answer.content_ns)
        if doubt is None or shows:
            return None
        return f"nothing but an end marker says that the answer is whole, and before it: {doubt}"

    def _has_all(self) -> bool:
        """Whether the server counts as many tokens with its last piece as it may send at most."""
        told, request = self.answer.completion_tokens, self.request
        return told is not None and request is not None and told >= request.output_length

    @property
    def redirect(self) -> Redirect:
        """Where the server sends the request on to."""
        return Redirect(self.status, self.fields.get("location", ""))

    def _take(self, stamp: int, data: bytes) -> None:
        if self._payload is None:
            self._payload = self._open()
        for decoder in self._decoders:
            data = decoder.feed(data)
        if self.status not in _SUCCESS:
            self._payload.raw += data
        elif events := self._payload.feed(data):
            self.answer.feed(stamp, events)

    def _open(self) -> Payload:
        encodings = ("content-encoding", "transfer-encoding")
        self._decoders = decoders(",".join(self.fields.get(name, "") for name in encodings))
        return Payload(typed=self.content_type.startswith(_EVENTS_TYPE))
