"""The secrets among environment variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Narrower than `naming`: what these hold is taken out of every text, and PWD is a folder.
_NAME = re.compile(
    r"""
    \w*(?:token|secret|passw|passphrase|api_?key|access_?key|credential|authorization)\w*
    | \w*(?:bearer|cookie)\w* | \w+_(?:pwd|pass)
    | (?:\w+_)?(?:key|auth|jwt|dsn|pat|pin|webhook|webhook_url)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PLACE = re.compile(
    r"\w*_(?:file|path|dir|sock|home|store_dir|helper)|tokenizers?_\w*", re.IGNORECASE
)
_USER = re.compile(r"://(?P<user>[^\s/@:]*):(?P<password>[^\s/@]+)@")


def secrets_among(environ: Mapping[str, str]) -> Iterator[str]:
    """The values of variables whose names promise a secret, and passwords in URLs."""
    for name, value in environ.items():
        if _NAME.fullmatch(name) and not _PLACE.fullmatch(name):
            yield value
        for match in _USER.finditer(value):
            for text in (match["password"], f"{match['user']}:{match['password']}"):
                yield from {text, unquote(text)}
