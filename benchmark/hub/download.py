"""A file from the Hub, held in memory once."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from huggingface_hub.utils import hf_raise_for_status

from benchmark.canonical import Digest
from benchmark.hub.session import bounded_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CHUNK = 1024 * 1024


class Downloaded(NamedTuple):
    """What arrived, and its sha-256, which was computed while it did."""

    data: bytes
    sha256: Digest


def download(url: str, headers: Mapping[str, str]) -> Downloaded:
    """GET a file.

    The body of a response is joined from its pieces, which takes its size twice; this takes it
    once.

    Raises:
        Exception: one of `session.CLIENT_ERRORS`.
    """
    session = bounded_session()
    # A requests.Session has an attribute of that name, which is a boolean.
    chunks = _by_httpx if callable(session.stream) else _by_requests
    hasher, content = sha256(), BytesIO()
    for chunk in chunks(session, url, headers):
        hasher.update(chunk)
        content.write(chunk)
    return Downloaded(content.getvalue(), Digest(hasher.hexdigest()))


def _by_httpx(session: Any, url: str, headers: Mapping[str, str]) -> Iterator[bytes]:  # noqa: ANN401 - httpx or httpx2
    with session.stream("GET", url, headers=headers) as response:
        if response.is_error:
            response.read()  # else the words of the server are not there to be shown
        hf_raise_for_status(response)
        yield from response.iter_bytes()


def _by_requests(session: Any, url: str, headers: Mapping[str, str]) -> Iterator[bytes]:  # noqa: ANN401 - requests has no types
    with session.get(url, headers=headers, stream=True) as response:
        hf_raise_for_status(response)
        yield from response.iter_content(_CHUNK)
