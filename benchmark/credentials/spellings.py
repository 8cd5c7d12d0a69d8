"""How a secret may come back: as it is, escaped, encoded."""

from __future__ import annotations

import base64
import html
import shlex
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARED = (0, 2, 3)
_SHORTEST_CODE = 8
"""Characters of base64 that do not come together by chance."""

_SHORTEST_LINE = 16
"""Of a secret of several lines, like a key in a file, any line alone gives much away."""


def spellings(secret: str) -> set[str]:
    """Every way in which servers, libraries and shells write `secret`."""
    lines = [line.strip() for line in secret.splitlines()]
    long_lines = lines if len(lines) > 1 else []
    alone = [secret, *(line for line in long_lines if len(line) >= _SHORTEST_LINE)]
    return {way for one in alone for way in (*_escaped(one), *_encoded(one)) if way}


def _escaped(text: str) -> Iterator[str]:
    yield text
    yield text.strip()
    yield encode_basestring(text)[1:-1]
    yield encode_basestring_ascii(text)[1:-1]
    yield ascii(text)[1:-1]
    yield repr(text)[1:-1]
    yield html.escape(text)
    yield shlex.quote(text).strip("'")
    yield text.replace("'", "\\'")
    yield text.replace("\\", "\\\\")
    yield text.replace('"', '\\"')
    # An escaped text that is escaped again, as JSON within JSON is.
    yield encode_basestring_ascii(encode_basestring_ascii(text)[1:-1])[1:-1]


def _encoded(text: str) -> Iterator[str]:
    data = text.encode(errors="surrogateescape")
    for safe in ("", "/", "/:@!$&'()*+,;=~"):
        quoted = quote(data, safe)
        yield from (quoted, quoted.lower())
    yield quote_plus(text, errors="surrogateescape")
    yield quote(quote(data, ""), "")
    # Fields of HTTP are Latin-1 to many readers.
    yield data.decode("latin-1")
    yield data.decode(errors="backslashreplace")
    yield repr(data)[2:-1]
    for prefix in ("", "%", "\\x", ":"):
        yield "".join(f"{prefix}{byte:02x}" for byte in data).lstrip(":")
    yield "".join(f"\\u{ord(char):04x}" for char in text)
    yield from _in_base64(data)


def _in_base64(data: bytes) -> Iterator[str]:
    """What it is whatever stands before and after it, `Bearer` or the name of a user."""
    yield base64.b64encode(data).decode().rstrip("=")
    for code in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):
            # Three bytes are four characters; those shared with a neighbour are left out.
            whole = code(bytes(before) + data).decode().rstrip("=")
            shared = (before + len(data)) % 3
            inner = whole[_SHARED[before] : len(whole) - bool(shared)]
            if len(inner) >= _SHORTEST_CODE:
                yield inner
