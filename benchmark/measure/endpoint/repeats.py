"""Pieces of an answer that say again what was said before.

Some servers send all of the text so far with every piece, some all of it once more with the last.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENOUGH = 8
"""Pieces; of fewer, a model that repeats a word looks the same."""


def only_new(texts: Sequence[str]) -> list[str] | None:
    """What each piece brings; shorter by the last if it brings nothing, None if nothing repeats."""
    if len(texts) < _ENOUGH or not texts[-1].startswith(texts[0]):
        return None
    *before, last = texts
    if len(last) == sum(map(len, before)) and last == "".join(before):
        return before
    if len(set(map(len, texts))) < _ENOUGH:
        return None
    if not all(later.startswith(earlier) for earlier, later in pairwise(texts)):
        return None
    return [texts[0], *(later[len(earlier) :] for earlier, later in pairwise(texts))]
