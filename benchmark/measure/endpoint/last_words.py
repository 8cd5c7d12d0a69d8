"""The lines of a server's log that say why it ended, or why it answers nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHOWN_LINES = 15
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
"""A terminal's colours."""

_OUR_QUESTION = re.compile(
    r"GET \S*/(?:health|models) HTTP/"
    r"|(?:GET|POST) /\S* HTTP/\d(?:\.\d)?\"? (?:2\d\d|404)\b"
)
"""While it starts it is asked twice a second, then who it is, which many servers note."""

_TRACEBACK = re.compile(r"(?P<before>.*?)(?:Traceback \(most recent call last\):)$")
_CHAIN = re.compile(r"(?:During handling of|The above exception was the direct cause).*:$")


def last_words(text: str) -> tuple[str, ...]:
    """The last lines of a log, each once, without the calls that led to an error.

    Args:
        text: the end of the log, cleaned of secrets.
    """
    lines = [line.rstrip() for line in _ESCAPES.sub("", text).splitlines()]
    told = [line for line in _without_calls(lines) if line and not _OUR_QUESTION.search(line)]
    # Of lines that are said again and again the last one counts.
    latest = dict.fromkeys(reversed(told))
    return tuple(reversed([*latest][:_SHOWN_LINES]))


def _without_calls(lines: Iterable[str]) -> Iterator[str]:
    """Of a traceback what was raised; some loggers write something before each of its lines."""
    before: str | None = None
    for line in lines:
        found = _TRACEBACK.fullmatch(line)
        if found is not None:
            before = found["before"]
        elif before is None or not line.startswith(f"{before}  "):
            before = before if not line else None
            if not _CHAIN.search(line):
                yield line
