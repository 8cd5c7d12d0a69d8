"""Text from outside, made safe to show: it is data, whatever it says."""

from __future__ import annotations

import re

_LONGEST = 300
_MARKUP = frozenset("\\`*_{}[]<>()#+!|~&@:$")
# GitHub makes links of addresses once entities are decoded
# (https://github.github.com/gfm/#autolinks-extension-), so something has to stand in between.
_AUTOLINK = re.compile(r"&#64;|&#58;|(?<=www)\.", re.IGNORECASE)


def one_line(text: str, limit: int = _LONGEST) -> str:
    """The text on one line: what cannot be printed (control, direction marks) is escaped.

    Args:
        text: anything a contributor wrote.
        limit: characters kept; more is cut and marked.
    """
    cut = text if len(text) <= limit else f"{text[:limit]}…"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in cut)


def table_cell(text: str, limit: int = 120) -> str:
    """The text as one cell of a Markdown table, with nothing in it taken for Markdown or HTML."""
    line = one_line(text, limit)
    escaped = "".join(f"&#{ord(char)};" if char in _MARKUP else char for char in line)
    return _AUTOLINK.sub(r"<span>\g<0></span>", escaped)
