"""Finds credentials in a text, and puts them out of sight."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, NamedTuple

from benchmark.credentials.form import lowered
from benchmark.credentials.general import GENERAL
from benchmark.credentials.placeholders import is_placeholder
from benchmark.credentials.published import PUBLISHED
from benchmark.credentials.traces import may_hold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match

MASK = "***"

_FORMS = (*PUBLISHED, *GENERAL)


class Found(NamedTuple):
    """What looks like a credential, and what kind; `start` and `end` are places in the text."""

    kind: str
    start: int
    end: int


def find(text: str) -> Iterator[Found]:
    """Everything in `text` that looks like a credential."""
    if not may_hold(text):
        return
    small = lowered(text)
    for form in _FORMS:
        if form.may_be_in(small):
            for match in form.search.finditer(text):
                if _is_secret(match):
                    yield Found(form.kind, *match.span(match.lastgroup or 0))


def mask(text: str) -> str:
    """The text with everything out of sight that looks like a credential."""
    parts, at = [], 0
    for start, end in sorted((found.start, found.end) for found in find(text)):
        if start >= at:
            parts += [text[at:start], MASK]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _is_secret(match: Match[str]) -> bool:
    text = match[match.lastgroup or 0]
    if is_placeholder(text):
        return False
    if match.lastgroup == "base64":
        # What HTTP's scheme Basic sends is `name:password`.
        return ":" in _decoded(text)
    if match.lastgroup == "token64":
        return any(form.search.match(_decoded(text)) for form in PUBLISHED)
    return True


def _decoded(text: str) -> str:
    """What is in base64, "" if that is no text."""
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(standard + "=" * (-len(standard) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
    return decoded if decoded.isprintable() else ""
