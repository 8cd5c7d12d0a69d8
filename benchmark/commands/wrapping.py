"""Lines of a text in which Chinese may stand: it has no blanks to break at, and takes more room."""

from __future__ import annotations

import re

from rich.cells import cell_len

_PIECES = re.compile(
    r"""
    [^\x00-\u2e7f\s]                                      # one Chinese character,
    [\u3001\u3002\uff01\uff09\uff0c\uff1a\uff1b\uff1f]*  # with what must not begin a line,
    | [\x21-\u2e7f]\S*?(?=[^\x00-\u2e7f]|\s|$)           # or a word of other letters,
    | \s+                                                  # or what stands between words
    """,
    re.VERBOSE,
)


def wrapped(
    text: str,
    width: int = 78,
    initial_indent: str = "",
    subsequent_indent: str = "",
    preserve_paragraphs: bool = False,  # noqa: FBT001, FBT002 - as click calls it
) -> str:
    """As `click.formatting.wrap_text`, by cells of the terminal and between Chinese characters."""
    if not preserve_paragraphs:
        return _filled(text, width, initial_indent, subsequent_indent)
    paragraphs = (one.removeprefix("\b\n") for one in re.split(r"\n\s*\n", text))
    return "\n\n".join(_filled(one, width, initial_indent, subsequent_indent) for one in paragraphs)


def _filled(text: str, width: int, first: str, rest: str) -> str:
    lines = [first]
    for piece in _PIECES.findall(" ".join(text.split())):
        if cell_len((lines[-1] + piece).rstrip()) > width and lines[-1].strip():
            lines.append(rest)
        lines[-1] += piece if lines[-1].strip() else piece.lstrip()
    return "\n".join(line.rstrip() for line in lines)
