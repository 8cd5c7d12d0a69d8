"""The client's HTTP session: a time-out on every request, and no waiting behind our back.

huggingface_hub sends most requests without one, the commit among them
(https://github.com/huggingface/huggingface_hub/blob/main/src/huggingface_hub/utils/_http.py,
`timeout=None`), so a Hub that stops answering would hold a publish for ever. From 1.x on it also
waits on its own when the Hub is in trouble, as long as a 429 says, which may be a day; here
failures come up at once and the callers' policy decides.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

import huggingface_hub
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import get_session, hf_raise_for_status

if TYPE_CHECKING:
    from collections.abc import Mapping

_TROUBLE = {408, 429, *range(500, 600)}

# A POST that changes nothing: a GET had no room for the paths.
_QUESTION = "/paths-info/"

CONNECT_TIMEOUT = 10.0
"""Seconds."""
READ_TIMEOUT = 30.0
"""Seconds without a byte while reading."""
WRITE_TIMEOUT = 120.0
"""Seconds without an answer to a write; the Hub itself gives up after 60."""

CLIENT_ERRORS = cast(
    "tuple[type[Exception], ...]",
    (
        OSError,
        # requests.HTTPError with 0.36, httpx.HTTPError with 1.x, httpx2.HTTPError with 2.x: the
        # base of every transport error where that is no OSError already.
        *HfHubHTTPError.__bases__,
        # An answer that the client cannot understand.
        *(ValueError, KeyError, TypeError, AttributeError),
    ),
)
"""What the client raises when a request fails, or its answer makes no sense."""

UPLOAD_ERRORS: tuple[type[Exception], ...] = (*CLIENT_ERRORS, RuntimeError)
"""What is raised when a large file cannot be sent: by hf_xet, whatever has no error of its own."""


_replacing = Lock()
"""Replacing the factory closes the session that is shared: nobody may have it by then."""


def bounded_session() -> Any:  # noqa: ANN401 - requests.Session or httpx.Client, by client version
    """The session that huggingface_hub itself uses in this thread; no request is unbounded.

    Called before every use: with 0.36 every thread has a session of its own.
    """
    if hasattr(huggingface_hub, "set_client_factory"):
        with _replacing:
            _bound_httpx()
        return get_session()
    session: Any = get_session()
    for scheme in ("http://", "https://"):
        _bound_requests(session.get_adapter(scheme))
    return session


@cache
def _bound_httpx() -> None:
    """Replace the factory: after a failed connection the client makes itself a new session."""
    client: Any = get_session()
    hooks = {
        "request": [*client.event_hooks["request"], _set_missing_timeouts],
        "response": [*client.event_hooks["response"], _raise_trouble],
    }
    huggingface_hub.set_client_factory(
        lambda: type(client)(event_hooks=hooks, follow_redirects=True, timeout=None)
    )


def _set_missing_timeouts(request: Any) -> None:  # noqa: ANN401 - httpx.Request or httpx2.Request
    given: Mapping[str, float | None] = request.extensions.get("timeout", {})
    connect, read = _bounds(request)
    bounds = {"connect": connect, "read": read, "write": read, "pool": connect}
    request.extensions["timeout"] = {name: given.get(name) or bounds[name] for name in bounds}


def _raise_trouble(response: Any) -> None:  # noqa: ANN401 - httpx.Response or httpx2.Response
    if response.status_code in _TROUBLE:
        response.read()
        hf_raise_for_status(response)


def _bound_requests(adapter: Any) -> None:  # noqa: ANN401 - requests.adapters.HTTPAdapter
    if getattr(adapter, "is_bounded", False):
        return
    send = adapter.send

    def bounded_send(request: Any, **options: Any) -> Any:  # noqa: ANN401 - as HTTPAdapter.send
        timeout = options.pop("timeout", None) or _bounds(request)
        return send(request, timeout=timeout, **options)

    adapter.send = bounded_send
    adapter.is_bounded = True


def _bounds(request: Any) -> tuple[float, float]:  # noqa: ANN401 - httpx.Request or PreparedRequest
    reads = request.method in {"GET", "HEAD"} or _QUESTION in str(request.url)
    return CONNECT_TIMEOUT, READ_TIMEOUT if reads else WRITE_TIMEOUT
