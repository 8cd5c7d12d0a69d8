"""One form that credentials have. A value only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


def lowered(text: str) -> str:
    """In lower case, a letter for a letter: U+0130 would become two, of which one is none."""
    return text.replace("\u0130", "\u0131").lower()


@dataclass(frozen=True)
class Form:
    """What a kind of credential looks like.

    Attributes:
        kind: in words that follow "looks like".
        marks: lower-case pieces, parted by blanks, one of which is in every text that holds one;
            nearly every text is dismissed by them, without a search.
        pattern: a regular expression; a named group in it is what is secret, else all of it.
        gate: where marks are too common, a quick expression that matches, in lower case, in every
            text that holds one.
    """

    kind: str
    marks: str
    pattern: str
    gate: str = ""
    search: re.Pattern[str] = field(init=False, repr=False)
    _marks: tuple[str, ...] = field(init=False, repr=False)
    _gate: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "search", re.compile(self.pattern))
        object.__setattr__(self, "_marks", tuple(self.marks.split()))
        object.__setattr__(self, "_gate", re.compile(self.gate))

    @property
    def trace(self) -> str:
        """A quick expression that matches, in lower case, in every text that holds one."""
        return self.gate or "|".join(map(re.escape, self._marks))

    def may_be_in(self, lowered: str) -> bool:
        """Whether a search is worth while in a text, given in lower case."""
        for mark in self._marks:
            if mark in lowered:
                return self._gate.search(lowered) is not None
        return False
