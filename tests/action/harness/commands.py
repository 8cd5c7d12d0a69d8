"""Workflow commands: what the runner makes of a line that a step prints.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands, in detail
`ActionCommand.cs` of https://github.com/actions/runner.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

DATA_ESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY_ESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
OLD_ESCAPES = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))

KNOWN = frozenset(
    {
        *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group"),
        *("notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands"),
        "warning",
    }
)

_NEW = re.compile(r"::(?P<info>.*?)::(?P<data>.*)", re.DOTALL)
_OLD = re.compile(r"##\[(?P<info>[^\]]*)\](?P<data>.*)", re.DOTALL)


class Command(NamedTuple):
    """A command; its name is in lower case, and so are its properties' names."""

    name: str
    properties: dict[str, str]
    data: str


def parse(line: str, known: frozenset[str] = KNOWN) -> Command | None:
    """The command in `line`, if one of the `known` is there.

    `::name key=value,…::data` begins a line; `##[name key=value;…]data` may be anywhere in it. The
    runner compares by culture and may so pass over characters that cannot be seen: they are tried
    without too, to the attacker's advantage.
    """
    seen = "".join(char for char in line if not _passed_over(char))
    for text in dict.fromkeys((line, seen)):
        if command := _parse_new(text, known) or _parse_old(text, known):
            return command
    return None


def _passed_over(char: str) -> bool:
    return unicodedata.category(char) in {"Cf", "Cc"} and not char.isspace()


def _parse_new(line: str, known: frozenset[str]) -> Command | None:
    found = _NEW.match(line.lstrip())
    return found and _command(found, known, (",", PROPERTY_ESCAPES, DATA_ESCAPES))


def _parse_old(line: str, known: frozenset[str]) -> Command | None:
    found = _OLD.search(line)
    return found and _command(found, known, (";", OLD_ESCAPES, OLD_ESCAPES))


Escapes = tuple[tuple[str, str], ...]


def _command(
    found: re.Match[str], known: frozenset[str], syntax: tuple[str, Escapes, Escapes]
) -> Command | None:
    separator, property_escapes, data_escapes = syntax
    name, _, given = found["info"].partition(" ")
    if name.lower() not in known:
        return None
    pairs = [pair.split("=", 1) for pair in given.strip().split(separator)]
    properties = {
        pair[0].lower(): _unescape(pair[1], property_escapes)
        for pair in pairs
        if len(pair) == len(("key", "value")) and all(pair)
    }
    return Command(name.lower(), properties, _unescape(found["data"], data_escapes))


def _unescape(text: str, escapes: Escapes) -> str:
    for escaped, char in escapes:
        text = text.replace(escaped, char)
    return text
