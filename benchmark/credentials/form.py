"""One form that credentials have. A value only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property


def lowered(text: str) -> str:
    """In lower case, a letter for a letter: U+0130 would become two, of which one is none."""
    return text.replace("\u0130", "\u0131").lower()


@dataclass(frozen=True)
class Form:
    """What a kind of credential looks like.

    Attributes:
        kind: in words that follow "looks like".
        marks: lower-case pieces, parted by blanks, one of which is in every text that holds one;
            nearly every text is dismissed by them, without a search; "" where there are none.
        pattern: a regular expression; a named group in it is what is secret, else all of it.
        gate: where marks are too common, a quick expression that matches, in lower case, in every
            text that holds one.
    """

    kind: str
    marks: str
    pattern: str
    gate: str = ""

    @cached_property
    def search(self) -> re.Pattern[str]:
        """Compiled where it is needed: hardly any text comes as far, and all of them take 70 ms."""
        return re.compile(self.pattern)

    @cached_property
    def _marks(self) -> tuple[str, ...]:
        return tuple(self.marks.split())

    @cached_property
    def _gate(self) -> re.Pattern[str]:
        return re.compile(self.gate)

    @property
    def trace(self) -> str:
        """A quick expression that matches, in lower case, in every text that holds one."""
        return self.gate or "|".join(map(re.escape, self._marks))

    def may_be_in(self, lowered: str) -> bool:
        """Whether a search is worth while in a text, given in lower case."""
        if not self._marks:
            return self._gate.search(lowered) is not None
        for mark in self._marks:
            if mark in lowered:
                return self._gate.search(lowered) is not None
        return False
