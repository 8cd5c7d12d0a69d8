"""Text from outside, made safe to show: it is data, whatever it says."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress

_LONGEST = 300
_WHOLE_FROM = 1000
_MARKUP = frozenset("\\`*_{}[]<>()#+!|~&@:$")
# GitHub makes links of addresses once entities are decoded
# (https://github.github.com/gfm/#autolinks-extension-), so something has to stand in between.
_AUTOLINK = re.compile(r"&#64;|&#58;|(?<=www)\.", re.IGNORECASE)

_MIXED = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")


def decoded(data: bytes, stated: str | None = None) -> str:
    """Words in whatever encoding they are in; the result can always be encoded as UTF-8.

    UTF-8 if it can be, for other words hardly ever look like it; else what it is said to be, or the
    system's encoding; else Chinese, unless Latin letters would touch Chinese ones: `M黮ler` is
    Müller in ISO 8859-1.

    Args:
        data: the words.
        stated: the encoding that they are said to be in, if anybody said so.
    """
    own = sys.getfilesystemencoding()
    for encoding in ("utf-8", stated, None if own == "ascii" else own):
        with suppress(UnicodeDecodeError, LookupError):
            if encoding is not None:
                return data.decode(encoding)
    with suppress(UnicodeDecodeError):
        chinese = data.decode("gb18030")
        if not _MIXED.search(chinese):
            return chinese
    return data.decode("iso-8859-1")


def whole(text: str) -> str:
    """Words from a command line, a variable or a file's name, as `decoded` understands their bytes.

    For words, not for paths: what was decoded in another way no longer names the file.
    """
    if text.isascii():
        return text
    try:
        return decoded(os.fsencode(text))
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()


def without_surrogates(text: str) -> str:
    """Words some of which may be from outside, as `whole` reads those; others stay as they are."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return whole(text)
    return text


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


def code_cell(text: str, limit: int = 120) -> str:
    """The text as a code span in a cell of a Markdown table: no entities, and nothing else in it.

    Neither Markdown nor HTML, nor a mention or a link of GitHub's, is read in one. Two things end a
    cell all the same (https://github.github.com/gfm/#example-200): a pipe, which a backslash
    protects, unless that is protected itself.
    """
    line = one_line(text, limit).replace("\\|", "\\ |").replace("|", "\\|").rstrip("\\")
    return _code(line)


def code_span(text: str, limit: int = 120) -> str:
    """The text as a code span that stands in no table, as `code_cell`."""
    return _code(one_line(text, limit))


def _code(line: str) -> str:
    runs = re.findall(r"`+", line)
    if not (line.strip() and runs):
        return f"`{line}`" if line.strip() else "–"
    fence = "`" * (max(map(len, runs)) + 1)
    return f"{fence} {line} {fence}"


def number(value: object) -> str:
    """A figure as people read it; "–" where there is none, never 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "–"
    return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:.4g}"
