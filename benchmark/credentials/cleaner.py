"""Takes known secrets, and what looks like one, out of texts that others wrote."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from benchmark.credentials.finding import MASK, mask
from benchmark.credentials.placeholders import is_placeholder
from benchmark.credentials.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHORTEST = 3
_SHORT = 6
"""Shorter ones are found as whole words only: they are in the middle of too many others."""

_BEGINNING = (8, 16)
"""So much of the beginning of a long secret is enough to take out the rest."""

_CUT = 4
"""At the very end of a text, which may have been cut, less is."""

_STARS = r"(?:[*•·…]+|\.{3,}|[xX]{3,})[\w-]{0,8}"
"""What some put in the place of its middle, and its end."""

_WRAP = r"(?:\s|\\[nr])*"
_NO_WORD = r"(?<![^\W_]){}(?![^\W_])"
_FEW_DIGITS = re.compile(r"\d{1,5}")


class Cleaner:
    """A function from texts to texts without secrets.

    Args:
        secrets: found anywhere, in every usual spelling, wrapped over lines or cut off.
        words: what may be secret or an ordinary word; found as whole words only.
    """

    def __init__(self, secrets: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        self._secrets = frozenset(filter(is_worth_hiding, secrets))
        self._words = frozenset(filter(is_worth_hiding, words)) - self._secrets

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        return _any_of([*_of_secrets(self._secrets), *_of_words(self._words)])

    def __call__(self, text: str) -> str:
        """The text with every secret as `***`."""
        if self._pattern is not None:
            text = self._pattern.sub(MASK, text)
        return mask(text)

    def and_words(self, words: Iterable[str]) -> Cleaner:
        """This, and more words."""
        return Cleaner(self._secrets, {*self._words, *words})

    def without_words(self) -> Cleaner:
        """For one's own texts, where an ordinary word is one."""
        return Cleaner(self._secrets)


def is_worth_hiding(secret: str) -> bool:
    """Whether it could be one: `EMPTY`, `none`, `1` are given where a key is asked for in vain."""
    bare = secret.strip()
    return len(bare) >= _SHORTEST and not is_placeholder(bare) and not _FEW_DIGITS.fullmatch(bare)


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    longest_first = sorted(set(patterns), key=lambda pattern: (-len(pattern), pattern))
    return re.compile("|".join(longest_first), re.IGNORECASE) if patterns else None


def _of_words(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        yield from (_NO_WORD.format(re.escape(way)) for way in spellings(word))


def _of_secrets(secrets: Iterable[str]) -> Iterator[str]:
    for secret in secrets:
        for way in spellings(secret):
            if len(way) < _SHORT:
                yield _NO_WORD.format(re.escape(way))
            else:
                yield _WRAP.join(map(re.escape, way))
        if not _is_place(secret):
            yield from _of_beginning(secret.strip())


def _is_place(secret: str) -> bool:
    """A path or URL begins as many do."""
    return "://" in secret or (secret.count("/") > 1 and secret.startswith(("/", "~")))


def _of_beginning(secret: str) -> Iterator[str]:
    least, most = _BEGINNING
    length = max(least, min(most, len(secret) // 2))
    if len(secret) > length:
        yield rf"{re.escape(secret[:length])}[^\s\"'<>]*"
    cut = "".join(f"(?:{re.escape(char)}" for char in secret[_CUT:length])
    closing = ")?" * len(secret[_CUT:length])
    if len(secret) >= _SHORT:
        begun = rf"(?<![^\W_]){re.escape(secret[:_CUT])}{cut}{closing}"
        yield rf"{begun}(?=[\"'…]?\s*\Z)"
        yield f"{begun}{_STARS}"
