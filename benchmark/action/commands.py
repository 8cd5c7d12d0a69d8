"""Lines that a GitHub runner takes for commands: annotations and masks, and no others.

Whatever a contributor's text holds, the runner reads back exactly the messages given, and no more
commands than were meant. The protocol is that of https://github.com/actions/runner:
`ActionCommand.cs` and, for the limits, `ExecutionContext.cs`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Level = Literal["error", "warning", "notice"]

ANNOTATIONS_PER_LEVEL = 10
"""How many annotations of one level GitHub keeps of a step."""

MESSAGE_LIMIT = 4096
"""UTF-16 code units the runner keeps of a message."""

_LEVELS: tuple[Level, ...] = ("error", "warning", "notice")

# The runner compares these strings by culture, and so may skip what cannot be seen: `#\u00ad#[` can
# be read as `##[`. This older form of a command may start anywhere in a line.
_NOT_ASCII = re.compile(r"[^\x21-\x7e]+")
_OLD_COMMAND = re.compile(r"(#[^\x21-\x7e]*#[^\x21-\x7e]*)\[")
_LINE_END = re.compile(r"(\r\n|\r|\n)")


class Annotation(NamedTuple):
    """A message that GitHub shows on a file, or on the run when there is none.

    Attributes:
        level: `error`, `warning` or `notice`.
        message: may have several lines; longer than `MESSAGE_LIMIT` it is cut.
        title: one line above the message.
        file: path relative to the repository's root.
        line: counted from 1, in `file`.
    """

    level: Level
    message: str
    title: str = ""
    file: str = ""
    line: int | None = None


def inert(text: str) -> str:
    """Return `text` with every line changed that the runner would take for a command.

    A line that begins with `::`, leaving aside all but visible ASCII, gets `| ` in front; `##[`
    becomes `##(` anywhere. Other lines stay as they are.
    """
    pieces = _LINE_END.split(text)
    return "".join(_inert_line(piece) if i % 2 == 0 else piece for i, piece in enumerate(pieces))


def annotate(items: Iterable[Annotation]) -> list[str]:
    """Lines for stdout that annotate the run, within GitHub's limits.

    Where a level has more than `ANNOTATIONS_PER_LEVEL`, those with one file and title become one;
    if there still are too many, the last line counts what is left out.
    """
    given = list(items)
    by_level = ([item for item in given if item.level == level] for level in _LEVELS)
    return [_command_line(item) for group in by_level for item in _within_limit(group)]


def mask(token: str) -> str:
    """The line that makes the runner hide `token` in logs from here on; "" for a blank token."""
    return f"::add-mask::{_escape_data(token)}" if token.strip() else ""


def _inert_line(line: str) -> str:
    prefix = "| " if _NOT_ASCII.sub("", line).startswith("::") else ""
    return prefix + _OLD_COMMAND.sub(r"\1(", line)


def _within_limit(group: Sequence[Annotation]) -> Sequence[Annotation]:
    if len(group) <= ANNOTATIONS_PER_LEVEL:
        return group
    joined = _by_file(group)
    if len(joined) <= ANNOTATIONS_PER_LEVEL:
        return joined
    shown = joined[: ANNOTATIONS_PER_LEVEL - 1]
    rest = len(joined) - len(shown)
    return [*shown, Annotation(group[0].level, f"{rest} more like these are in the log.")]


def _by_file(group: Sequence[Annotation]) -> list[Annotation]:
    joined: dict[tuple[str, str], Annotation] = {}
    for item in group:
        known = joined.get((item.file, item.title))
        both = known._replace(message=f"{known.message}\n{item.message}") if known else item
        joined[item.file, item.title] = both
    return list(joined.values())


def _command_line(item: Annotation) -> str:
    given = {"file": item.file, "line": str(item.line or ""), "title": item.title}
    escaped = {name: _escape_property(value.strip()) for name, value in given.items()}
    properties = ",".join(f"{name}={value}" for name, value in escaped.items() if value)
    return f"::{item.level} {properties}".rstrip() + f"::{_escape_data(_message(item.message))}"


def _message(text: str) -> str:
    """Cut `text`; let it begin with a character that cannot merge with the `::` in front."""
    start = next((i for i, char in enumerate(text) if _stands_alone(char)), len(text))
    units = text[start:].encode("utf-16-le", "replace")
    if len(units) <= 2 * MESSAGE_LIMIT:
        return units.decode("utf-16-le")
    return units[: 2 * (MESSAGE_LIMIT - 1)].decode("utf-16-le", "ignore") + "…"


def _stands_alone(char: str) -> bool:
    """No blank, control, combining mark or modifier."""
    category = unicodedata.category(char)
    return category[0] in "LNPS" and category not in {"Lm", "Sk"}


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
