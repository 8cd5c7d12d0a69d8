"""Finds credentials in a text, and puts them out of sight."""

from __future__ import annotations

import base64
import binascii
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from benchmark.credentials.disguises import undone
from benchmark.credentials.form import lowered
from benchmark.credentials.general import GENERAL
from benchmark.credentials.placeholders import is_placeholder
from benchmark.credentials.published import PUBLISHED
from benchmark.credentials.traces import may_hide, may_hold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from re import Match

MASK = "***"

_FORMS = (*PUBLISHED, *GENERAL)
_CLASSES = 3
_CHANGES = 0.42
"""More than in names made of capitalised words, and fewer than nearly all that are drawn have."""


class Found(NamedTuple):
    """What looks like a credential, and what kind; `start` and `end` are places in the text."""

    kind: str
    start: int
    end: int


def find(text: str) -> Iterator[Found]:
    """Everything in `text` that looks like a credential."""
    if not may_hold(text):
        return
    small, seen = lowered(text), list[Found]()
    for form in _FORMS:
        if form.may_be_in(small):
            for match in form.search.finditer(text):
                found = Found(form.kind, *match.span(match.lastgroup or 0))
                if _is_secret(match) and not (match.lastgroup == "drawn" and _is_in(found, seen)):
                    seen.append(found)
                    yield found


def _is_in(found: Found, others: Iterable[Found]) -> bool:
    """Whether it is part of what is known by its form."""
    return any(other.start < found.end and found.start < other.end for other in others)


def disguised(text: str) -> Iterator[str]:
    """The kinds of what looks like a credential in what `text` may be in disguise."""
    if may_hide(text):
        for plain in undone(text):
            yield from (found.kind for found in find(plain))


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
    return match.lastgroup != "drawn" or _is_drawn(text)


def _is_drawn(text: str) -> bool:
    """Whether letters and digits follow each other as if drawn, not as in words and numbers.

    Of those drawn from 62 each is of another class than the one before it in 62 % of all places.
    """
    classes = [0 if char.isdigit() else 1 if char.islower() else 2 for char in text]
    changes = sum(one != next_ for one, next_ in pairwise(classes))
    return len({*classes}) > _CLASSES - 1 and changes > _CHANGES * len(text)


def _decoded(text: str) -> str:
    """What is in base64, "" if that is no text."""
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(standard + "=" * (-len(standard) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
    return decoded if decoded.isprintable() else ""
