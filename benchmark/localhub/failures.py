"""The faults a hub can have; see `faults.Faults` for when they strike.

Seen in the field or in the client's source: the texts and headers are the real ones. Default
operation is `commit`; a fault that is "applied then" answers wrongly only what was applied, a
refused commit keeps its refusal.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from benchmark.localhub.app import refusal
from benchmark.localhub.call import DROPPED
from benchmark.localhub.faults import Fault, pause
from benchmark.localhub.problems import HubError, stale_parent

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from starlette.types import Receive, Scope, Send

    from benchmark.localhub.call import Call
    from benchmark.localhub.faults import Proceed

    class Transport(Protocol):
        """What a fault does to a connection."""

        def abort(self) -> None:
            """Drop it."""

        def close(self) -> None:
            """Close it once what was written has left."""


COMMIT = "commit"
_LOST = 300
_HTML = b"<!doctype html><html><head><title>Sign in</title></head><body>Welcome</body></html>"
_COMMIT_QUOTA = (
    "You have exceeded the rate limit for repository commits (128 per hour). "
    "You can retry this action in about 1 hour."
)


def status(code: int, operation: str = COMMIT, *, method: str = "") -> Fault:
    """Answer with this status; nothing is applied."""
    return _refuse(HubError(code, HTTPStatus(code).phrase), f"{code}", operation, method)


def unavailable(method: str = "") -> Fault:
    """503 to downloads; `method` may be HEAD or GET only."""
    return status(503, "resolve", method=method)


def quota_used_up() -> Fault:
    """429: the hourly commit quota; the RateLimit header speaks of another quota."""
    headers = {
        "ratelimit": '"api";r=949;t=271',
        "ratelimit-policy": '"fixed window";"api";q=1000;w=300',
    }
    return _refuse(HubError(429, _COMMIT_QUOTA, headers=headers), "429 quota", COMMIT)


def rate_limited(wait: int, operation: str = COMMIT) -> Fault:
    """429 with `RateLimit: r=0`: wait this many seconds."""
    headers = {"ratelimit": f'"api";r=0;t={wait}'}
    return _refuse(HubError(429, "Too Many Requests", headers=headers), "429 RateLimit", operation)


def retry_after(wait: int, operation: str = COMMIT) -> Fault:
    """429 with `Retry-After`: wait this many seconds."""
    headers = {"retry-after": str(wait)}
    return _refuse(
        HubError(429, "Too Many Requests", headers=headers), "429 Retry-After", operation
    )


def busy() -> Fault:
    """409: another commit is being applied; the head has not moved."""
    return _refuse(HubError(409, "Another commit operation is in progress"), "409", COMMIT)


def conflict() -> Fault:
    """412 although the parent is the head; `Faults.always` makes it permanent."""
    return _refuse(stale_parent(), "412", COMMIT)


def html(operation: str = COMMIT) -> Fault:
    """200 with a web page, as from a captive portal; nothing is applied."""

    async def act(_call: Call, _proceed: Proceed) -> Response:
        return _page()

    return Fault(operation, "html", act)


def latency(seconds: float, operation: str = COMMIT) -> Fault:
    """Wait before the request is handled."""

    async def act(_call: Call, proceed: Proceed) -> Response:
        await pause(seconds)
        return await proceed()

    return Fault(operation, "latency", act)


def slow_answer(seconds: float, operation: str = COMMIT) -> Fault:
    """Handle the request, then wait before answering."""

    async def act(_call: Call, proceed: Proceed) -> Response:
        response = await proceed()
        await pause(seconds)
        return response

    return Fault(operation, "slow answer", act)


def applied_then(code: int) -> Fault:
    """Apply the commit, then answer with this status."""

    async def act(_call: Call, proceed: Proceed) -> Response:
        response = await proceed()
        if response.status_code >= _LOST:
            return response
        return refusal(HubError(code, HTTPStatus(code).phrase))

    return Fault(COMMIT, f"applied then {code}", act)


def applied_then_html() -> Fault:
    """Apply the commit, then answer 200 with a web page."""

    async def act(_call: Call, proceed: Proceed) -> Response:
        response = await proceed()
        return response if response.status_code >= _LOST else _page()

    return Fault(COMMIT, "applied then html", act)


def applied_then_dropped() -> Fault:
    """Apply the commit, then drop the connection without an answer."""

    async def act(call: Call, proceed: Proceed) -> Response:
        response = await proceed()
        return response if response.status_code >= _LOST else Dropped(_transport(call))

    return Fault(COMMIT, "applied then dropped", act)


def dropped(operation: str = COMMIT) -> Fault:
    """Drop the connection; nothing is applied."""

    async def act(call: Call, _proceed: Proceed) -> Response:
        return Dropped(_transport(call))

    return Fault(operation, "dropped", act)


def truncated(operation: str = "resolve", *, method: str = "GET") -> Fault:
    """Announce the whole body, send half of it and close the connection."""

    async def act(call: Call, proceed: Proceed) -> Response:
        return Truncated(await proceed(), _transport(call))

    return Fault(operation, "truncated", act, method)


def stale_head(behind: int = 1) -> Fault:
    """Describe the repository as it was some commits ago, as a lagging cache does."""

    async def act(call: Call, proceed: Proceed) -> Response:
        with call.open() as repo:
            history = repo.history(repo.resolve(call.revision))
        old = history[min(behind, len(history) - 1)]
        call.request.path_params["rev"] = old.decode()
        return await proceed()

    return Fault("info", "stale head", act)


def another_writer(write: Callable[[], object], operation: str = "info") -> Fault:
    """Answer, but first let somebody else write: what was read is old when it arrives."""

    async def act(_call: Call, proceed: Proceed) -> Response:
        response = await proceed()
        await run_in_threadpool(write)
        return response

    return Fault(operation, "another writer", act)


class Dropped(Response):
    """No answer at all."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(status_code=DROPPED)
        self._transport = transport

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut the connection, then let the server notice."""
        del scope, receive, send
        self._transport.abort()
        await pause(0.01)


class Truncated(Response):
    """Half of another response."""

    def __init__(self, whole: Response, transport: Transport) -> None:
        super().__init__(whole.body, whole.status_code)
        self.raw_headers = whole.raw_headers
        self._transport = transport

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half of the body, then cut the connection."""
        del scope, receive
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        half = bytes(self.body[: len(self.body) // 2])
        await send({"type": "http.response.body", "body": half, "more_body": True})
        self._transport.close()
        await pause(0.01)


def _refuse(error: HubError, name: str, operation: str, method: str = "") -> Fault:
    async def act(_call: Call, _proceed: Proceed) -> Response:
        return refusal(error)

    return Fault(operation, name, act, method)


def _page() -> Response:
    return Response(_HTML, media_type="text/html")


def _transport(call: Call) -> Transport:
    connections: dict[tuple[str, int], Transport] = call.request.app.state.connections
    client = call.request.client
    if client is None:
        raise TypeError("Only a connection over TCP can be dropped")
    return connections[(client.host, client.port)]
