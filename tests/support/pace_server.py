"""A server that streams at a fixed pace and remembers exactly when it sent what.

Speaks as much of the OpenAI protocol as a client of `/v1/chat/completions` and `/v1/completions`
needs, in one thread without any framework, so that 50,000 events per second fit on one core. With
`--log FILE` the stamps of every request (`time.perf_counter_ns`, on Linux the same clock in every
process) are written when it is stopped: the truth that a client's figures are compared with.

`python tests/support/pace_server.py --port 0` prints the port it listens on.
"""

from __future__ import annotations

import heapq
import json
import random
import select
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from pace_options import parse

if TYPE_CHECKING:
    import argparse

clock = time.perf_counter_ns
NS_PER_MS = 1_000_000
BURST_NS = 2 * NS_PER_MS
WORD = " word"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST = b"0\r\n\r\n"
UNFRAMED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


class Step(NamedTuple):
    """What to send, how long after the step before.

    Attributes:
        content: it has text in it.
        jitter: which of the stream's jitters comes on top, 0 for none.
    """

    after_ns: int
    data: bytes
    content: bool = False
    jitter: int = 0
    closes: bool = False
    exits: bool = False


class Stream:
    """One request being answered; `steps` may be shared with others."""

    __slots__ = ("content_ns", "due", "gone", "jitters_ns", "next", "peer", "steps")

    def __init__(
        self, peer: Peer, steps: list[Step], log: dict[str, Any], jitters_ns: tuple[int, int, int]
    ) -> None:
        self.peer = peer
        self.steps = steps
        self.next = 0
        self.content_ns: list[int] = log["content_ns"]
        self.jitters_ns = jitters_ns
        self.due: int = log["received_ns"] + steps[0].after_ns
        self.gone = False

    def __lt__(self, other: Stream) -> bool:
        return self.due < other.due


class Peer:
    """One connection: what arrived and is no whole request yet, and what is being answered."""

    __slots__ = ("data", "socket", "stream")

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.data = b""
        self.stream: Stream | None = None


class Answers:
    """What is answered to which request."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.random = random.Random(options.seed)  # noqa: S311 - a repeatable jitter
        self.asked = 0
        self.event_cache: dict[tuple[str, str], bytes] = {}
        self.answer_cache: dict[tuple[Any, ...], list[Step]] = {}

    def jitters_ns(self) -> tuple[int, int, int]:
        """How much later than planned the next answer's first content, and its end, come."""
        options, draw = self.options, self.random.uniform
        start, end = draw(0, options.jitter_ms), draw(0, options.end_jitter_ms)
        return 0, int(start * NS_PER_MS), int(end * NS_PER_MS)

    def steps(self, method: str, path: str, headers: bytes, body: bytes) -> list[Step]:
        """The whole answer to one request."""
        options, path = self.options, path.partition("?")[0]
        if options.key and f"authorization: Bearer {options.key}".encode() not in headers:
            seen = headers.partition(b"authorization: ")[2].split(b"\r\n")[0].decode()
            return [plain(401, {"error": {"message": f"Incorrect API key provided: {seen}"}})]
        if options.html:
            return [plain(200, "<!doctype html><title>hello</title>", "text/html")]
        if method == "GET":
            return [self.page(path)]
        return self.generation(path, json.loads(body))

    def page(self, path: str) -> Step:
        """`/v1/models` and what servers tell about themselves."""
        options = self.options
        if path.endswith("/models"):
            if options.models_status != 200:
                return plain(options.models_status, "no models today", "text/plain")
            return plain(200, {"data": [{"id": options.model, "owned_by": options.owned_by}]})
        if path == "/health" and options.health:
            return plain(options.health, {})
        if path == "/version" and options.version:
            return plain(200, {"version": options.version})
        return plain(404, {"detail": "Not Found"})

    def generation(self, path: str, body: dict[str, Any]) -> list[Step]:
        """The events of one answer, or why there is none."""
        options = self.options
        self.asked += 1
        refused = sorted(set(body) & set(options.reject.split(",")))
        if refused:
            return [plain(422, {"detail": f"Unexpected fields in the request: {refused}"})]
        operation = path.partition("?")[0]
        if not operation.endswith(("/v1/chat/completions", "/v1/completions")):
            return [plain(404, {"detail": "Not Found"})]
        if options.model != "any" and body["model"] != options.model:
            message = f"The model `{body['model']}` does not exist."
            return [plain(404, {"error": {"message": message, "type": "NotFoundError"}})]
        if self.asked > 1 and options.fail_every and self.asked % options.fail_every == 0:
            return [plain(500, {"error": {"message": "this one fails"}})]
        tokens = body.get("max_tokens") or body["max_completion_tokens"]
        wanted = bool((body.get("stream_options") or {}).get("include_usage"))
        asked = body.get("prompt") or "".join(str(one["content"]) for one in body["messages"])
        key = ("chat" in path, tokens, wanted, len(asked.split()), self.asked > options.spoil_from)
        if key not in self.answer_cache:
            self.answer_cache[key] = self.events(*key[:4])
        return self.answer_cache[key]

    def events(self, chat: bool, tokens: int, wanted: bool, asked: int) -> list[Step]:
        """Head, role, contents, end."""
        options = self.options
        given = min(tokens, options.stop_early or tokens)
        steps = [Step(0, UNFRAMED if options.until_closed else HEAD)]
        if chat and options.role_ms is not None:
            steps.append(Step(int(options.role_ms * NS_PER_MS), self.event(chat, role=True)))
        first = options.ttft_ms - (options.role_ms or 0 if chat else 0)
        after = int(first * NS_PER_MS)
        for start in range(0, given, options.bundle):
            text = WORD * min(options.bundle, given - start)
            event = self.event(chat, text=text)
            steps.append(Step(after, event, content=True, jitter=int(start == 0)))
            after = int(options.itl_ms * NS_PER_MS * options.bundle)
        reason = options.finish or ("length" if given == tokens else "stop")
        steps.append(Step(0, self.event(chat, finish=reason), jitter=2))
        if options.usage == "always" or (options.usage == "asked" and wanted):
            steps.append(Step(0, self.usage(asked, given + options.usage_off)))
        if not options.no_done:
            steps.append(Step(0, self.framed("data: [DONE]\n\n")))
        last = Step(0, b"", closes=True) if options.until_closed else Step(0, LAST)
        return self.spoilt([*steps, last])

    def spoilt(self, steps: list[Step]) -> list[Step]:
        """The answer with what is to go wrong in it."""
        options = self.options
        broken = self.framed('data: {"choices": [{"del\n\n')
        error = self.framed('data: {"error": {"message": "out of memory"}}\n\n')
        spoils = (
            (options.malformed_after, [Step(0, broken), steps[-1]]),
            (options.error_after, [Step(0, error), steps[-1]]),
            (options.cut_after, [Step(0, b"", closes=True)]),
            (options.hang_after, [Step(3_600_000 * NS_PER_MS, b"")]),
            (options.die_after, [Step(0, b"", exits=True)]),
        )
        for after, ending in spoils:
            if after is not None and self.asked > options.spoil_from:
                return [*steps[:after], *ending]
        return steps

    def event(self, chat: bool, *, text: str = "", finish: str = "", role: bool = False) -> bytes:
        """One event, framed as a chunk; made once."""
        key = (text, f"{chat}{finish}{role}")
        if key not in self.event_cache:
            choice: dict[str, Any] = {"index": 0, "logprobs": None, "finish_reason": finish or None}
            if chat:
                field = "reasoning_content" if self.options.reasoning else "content"
                choice["delta"] = {field: text} if text else {}
                if role:
                    choice["delta"] = {"role": "assistant", "content": ""}
            else:
                choice["text"] = text
            self.event_cache[key] = self.payload({"choices": [choice]})
        return self.event_cache[key]

    def usage(self, asked: int, given: int) -> bytes:
        """The event that tells token counts; a word is a token."""
        counts = {"prompt_tokens": asked, "completion_tokens": given}
        return self.payload({"choices": [], "usage": counts})

    def payload(self, value: dict[str, Any]) -> bytes:
        """An event as vLLM writes it."""
        whole = {
            "id": "chatcmpl-0123456789abcdef0123456789abcdef",
            "object": "chat.completion.chunk",
            "created": 1790000000,
            "model": self.options.model,
            **value,
        }
        return self.framed(f"data: {json.dumps(whole)}\n\n")

    def framed(self, text: str) -> bytes:
        """One chunk of a chunked body."""
        data = (text.replace("\n", "\r\n") if self.options.crlf else text).encode()
        if self.options.until_closed:
            return data
        return b"%x\r\n%s\r\n" % (len(data), data)


def plain(status: int, value: Any, kind: str = "application/json") -> Step:
    """A whole answer of known length."""
    data = value.encode() if isinstance(value, str) else json.dumps(value).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
    return Step(0, head.encode() + data)


class Server:
    """Accepts, reads and sends, all in one loop that sleeps until something is due."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.answers = Answers(options)
        self.logs: list[dict[str, Any]] = []
        self.due: list[Stream] = []
        self.peers: dict[int, Peer] = {}
        self.listener = socket.create_server((options.host, options.port), backlog=4096)
        self.listener.setblocking(False)  # noqa: FBT003 - its only parameter
        self.poll = select.epoll()
        self.poll.register(self.listener, select.EPOLLIN)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        """Until the process is told to stop."""
        while True:
            self.send_due()
            wait = (self.due[0].due - clock()) / 1e9 if self.due else 1.0
            # select's timeout counts microseconds, epoll's milliseconds.
            select.select([self.poll], [], [], max(wait, 0.0))
            for number, _ in self.poll.poll(0):
                if number == self.listener.fileno():
                    self.accept()
                else:
                    self.read(self.peers[number])

    def accept(self) -> None:
        """Every connection that waits."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except BlockingIOError:
                return
            connection.setblocking(False)  # noqa: FBT003 - its only parameter
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.peers[connection.fileno()] = Peer(connection)
            self.poll.register(connection, select.EPOLLIN)

    def read(self, peer: Peer) -> None:
        """What arrived; whole requests are answered."""
        received = clock()
        try:
            data = peer.socket.recv(1 << 20)
        except ConnectionError:
            data = b""
        if not data:
            self.drop(peer)
            return
        if self.answers.options.once and peer.stream is not None:
            self.drop(peer)
            return
        peer.data += data
        head, found, rest = peer.data.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        length = int(lower.partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
        if len(rest) >= length:
            peer.data = rest[length:]
            method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
            # Names of header fields are case-insensitive, their values are not.
            fields = b"\r\n".join(
                name.lower() + b": " + value
                for name, _, value in (line.partition(b": ") for line in head.split(b"\r\n"))
            )
            self.answer(peer, received, (method, path, fields, rest[:length]))

    def answer(self, peer: Peer, received: int, call: tuple[str, str, bytes, bytes]) -> None:
        """Plan the steps of one answer."""
        steps = self.answers.steps(*call)
        identity = call[2].partition(b"x-request-id: ")[2].split(b"\r\n")[0].decode()
        log = {"id": identity, "path": call[1], "received_ns": received, "content_ns": []}
        if self.answers.options.keep_bodies:
            log["body"] = call[3].decode()
        self.logs.append(log)
        peer.stream = Stream(peer, steps, log, self.answers.jitters_ns())
        heapq.heappush(self.due, peer.stream)

    def send_due(self) -> None:
        """Everything whose time has come; what arrives meanwhile waits no longer than a burst."""
        due, now = self.due, clock()
        until = now + BURST_NS
        while due and due[0].due <= now < until:
            stream = due[0]
            if stream.gone or not self.step(stream):
                heapq.heappop(due)
                continue
            step = stream.steps[stream.next]
            stream.due += step.after_ns + stream.jitters_ns[step.jitter]
            heapq.heapreplace(due, stream)
            now = clock()

    def step(self, stream: Stream) -> bool:
        """Send the next step; whether there are more."""
        step = stream.steps[stream.next]
        stream.next += 1
        if step.exits:
            sys.exit(3)
        if step.content:
            stream.content_ns.append(clock())
        try:
            stream.peer.socket.send(step.data)
        except (ConnectionError, BlockingIOError):
            self.drop(stream.peer)
            return False
        if step.closes:
            self.drop(stream.peer)
        return stream.next < len(stream.steps) and not stream.gone

    def drop(self, peer: Peer) -> None:
        """Forget a connection."""
        number = peer.socket.fileno()
        if number >= 0:
            self.poll.unregister(number)
            del self.peers[number]
            peer.socket.close()
        if peer.stream is not None:
            peer.stream.gone = True


def main() -> None:
    """Serve until told to stop, then write the stamps."""
    options = parse()
    if options.crash:
        sys.exit(options.crash)
    time.sleep(options.start_after)
    server = Server(options)
    print(server.port, flush=True)  # noqa: T201 - how the caller learns the port
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.serve()
    finally:
        if options.log:
            options.log.write_text(json.dumps(server.logs), encoding="utf-8")


if __name__ == "__main__":
    main()
