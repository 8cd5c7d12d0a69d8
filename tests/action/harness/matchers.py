"""Problem matchers: output that becomes an annotation without being a command.

https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md, in detail
`IssueMatcher.cs` of https://github.com/actions/runner.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_FIELDS = ("file", "line", "column", "severity", "code", "message")


class Pattern(NamedTuple):
    """One line of a problem: what it looks like, and which group is which field."""

    regexp: str
    groups: tuple[tuple[str, int], ...]
    loop: bool

    def match(self, line: str) -> dict[str, str] | None:
        """The fields in `line`, if it fits."""
        found = re.search(self.regexp, line)
        return found and {name: found[group] or "" for name, group in self.groups}


class MatcherConfig(NamedTuple):
    """The patterns of one owner, which must match lines that follow each other."""

    owner: str
    severity: str
    patterns: tuple[Pattern, ...]


class Matcher:
    """A matcher at work on one stream of output."""

    def __init__(self, config: MatcherConfig) -> None:
        """Have seen no line."""
        self._config = config
        self._so_far: list[dict[str, str] | None] = [None] * len(config.patterns)

    def reset(self) -> None:
        """Forget the lines seen."""
        self._so_far = [None] * len(self._so_far)

    def match(self, line: str) -> dict[str, str] | None:
        """The fields of a problem that ends with this line."""
        last = len(self._so_far) - 1
        for index in reversed(range(last + 1)):
            before = self._so_far[index - 1] if index else {}
            if before is None:
                continue
            pattern = self._config.patterns[index]
            fields = pattern.match(line)
            found = None if fields is None else {**before, **fields}
            if index < last:
                self._so_far[index] = found
            elif found is not None:
                return self._complete(found, before if pattern.loop else None)
            elif index:
                self._so_far[index - 1] = None
        return None

    def _complete(self, found: dict[str, str], kept: dict[str, str] | None) -> dict[str, str]:
        self.reset()
        if len(self._so_far) > 1:
            self._so_far[-2] = kept
        return {**found, "severity": found.get("severity") or self._config.severity}


def load(path: Path) -> list[MatcherConfig]:
    """The matchers in a file that `::add-matcher::` names."""
    config = json.loads(path.read_text(encoding="utf-8"))
    return [_config(item) for item in config["problemMatcher"]]


def _config(item: dict[str, Any]) -> MatcherConfig:
    patterns = tuple(_pattern(pattern) for pattern in item["pattern"])
    return MatcherConfig(item["owner"], item.get("severity") or "error", patterns)


def _pattern(item: dict[str, Any]) -> Pattern:
    groups = tuple((name, int(item[name])) for name in _FIELDS if name in item)
    return Pattern(item["regexp"], groups, bool(item.get("loop")))
