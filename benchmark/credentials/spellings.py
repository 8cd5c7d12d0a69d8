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
    for whole in (data, data + b":", b":" + data):
        for code in (base64.b64encode(whole), base64.urlsafe_b64encode(whole)):
            yield code.decode().rstrip("=")
    yield data.hex()
