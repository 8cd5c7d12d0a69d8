"""One request on its way: what was sent when, and the raw bytes that came back when."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.answer import Answer
from benchmark.measure.endpoint.problem import bad_end, message_of

if TYPE_CHECKING:
    from benchmark.measure.request import Request

_PIECES_AT_ONCE = 8
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
        content_type: HTTP's.
        pieces: bytes of the body that nobody has looked at yet, and when they came.
        raw: a body that is no stream.
        answer: what is understood of one that is.
        error: why there is no answer: no connection, lost, silent.
        ended: nothing follows any more.
        queued: waits to be understood.
        retried: sent again because a kept connection had just been closed.
        settled: its result is known.
    """

    __slots__ = (
        "answer",
        "content_type",
        "data",
        "ended",
        "error",
        "last_ns",
        "pieces",
        "queued",
        "raw",
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
        self.content_type = ""
        self.pieces: deque[tuple[int, bytes]] = deque()
        self.raw = bytearray()
        self.answer = Answer()
        self.error: str | None = None
        self.ended = self.queued = self.retried = self.settled = False

    @property
    def is_stream(self) -> bool:
        """Whether the body is server-sent events."""
        return self.status == 200 and self.content_type.startswith("text/event-stream")  # noqa: PLR2004 - HTTP's OK

    def understand(self) -> bool:
        """Look at a few pieces; whether that was all there are for now."""
        for _ in range(min(_PIECES_AT_ONCE, len(self.pieces))):
            stamp, data = self.pieces.popleft()
            if self.is_stream:
                self.answer.feed(stamp, data)
            else:
                self.raw += data
        if self.request is not None:
            self.answer.stop_at(self.request.output_length)
        return not self.pieces

    def conclude(self) -> None:
        """Nothing follows: understand what is left."""
        while not self.understand():
            pass
        if self.is_stream:
            self.answer.end(self.last_ns)

    def trouble(self) -> str | None:
        """Why this is no complete answer, None if it is one; ask after `conclude`."""
        if self.status and self.status != 200:  # noqa: PLR2004 - HTTP's OK
            return f"HTTP {self.status}: {message_of(bytes(self.raw))}"
        answer = self.answer
        # What is lost after the server said that this was all was nothing of the answer.
        if answer.error or (self.error and not answer.is_complete):
            return answer.error or self.error
        if not self.is_stream:
            said = f": {message_of(bytes(self.raw))}" if self.raw.lstrip().startswith(b"{") else ""
            return f"the answer is no stream of events but {self.content_type or 'untyped'}{said}"
        return self._unfinished()

    def _unfinished(self) -> str | None:
        """Why the server did not say that this was the whole answer; None if it did."""
        reason = self.answer.finish_reason
        if reason is not None and bad_end(reason):
            return f"the server broke the answer off (finish reason: {reason})"
        return None if self.answer.is_complete else _NO_END
