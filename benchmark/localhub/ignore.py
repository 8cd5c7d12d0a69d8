"""`.gitignore` rules that a client sends along, matched in bounded time.

Translating a rule to one regular expression lets `*a*a*a*a*b` take for ever; here each part of a
path is matched by `fnmatch`, which does not backtrack, and `**` by a table.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import NamedTuple

_MOST_RULES = 1000
_LONGEST_RULE = 1000


class _Rule(NamedTuple):
    parts: tuple[str, ...]
    ignores: bool
    only_folders: bool

    def matches(self, path: list[str]) -> bool:
        """Whether the path or a folder above it matches."""
        lengths = _matched_lengths(self.parts, path)
        if self.only_folders:
            lengths.discard(len(path))
        return bool(lengths)


class IgnoreRules:
    """The rules of one `.gitignore` at the root (https://git-scm.com/docs/gitignore)."""

    def __init__(self, text: str) -> None:
        lines = [line.rstrip() for line in text.splitlines()[:_MOST_RULES]]
        self._rules = [
            _parse(line)
            for line in lines
            if line and not line.startswith("#") and len(line) <= _LONGEST_RULE
        ]

    def ignores(self, path: str) -> bool:
        """Whether the last rule that matches `path` ignores it."""
        parts = path.split("/")
        for rule in reversed(self._rules):
            if rule.matches(parts):
                return rule.ignores
        return False


def _parse(line: str) -> _Rule:
    pattern = line.removeprefix("!")
    parts = [part for part in pattern.split("/") if part]
    if "/" not in pattern.rstrip("/"):
        parts.insert(0, "**")
    return _Rule(tuple(parts), ignores=pattern == line, only_folders=pattern.endswith("/"))


def _matched_lengths(parts: tuple[str, ...], path: list[str]) -> set[int]:
    """How many leading parts of `path` the whole pattern can match."""
    reached = {0}
    for number, part in enumerate(parts, 1):
        if part == "**":
            # At the end it means everything inside, so at least one part more.
            first = min(reached, default=len(path)) + (number == len(parts))
            reached = set(range(first, len(path) + 1))
        else:
            reached = {
                length + 1
                for length in reached
                if length < len(path) and fnmatchcase(path[length], part)
            }
    return reached - {0}
