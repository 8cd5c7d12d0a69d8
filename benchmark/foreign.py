"""What a file is that is not JSON, where that can be told: a parser's words would help nobody.

Only what no JSON parser takes is asked about here, so nothing that is JSON can be called otherwise.
"""

from __future__ import annotations

import codecs
import re

_UTF_8 = codecs.BOM_UTF8
_COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"PK\x03\x04": "zip",
}
_BINARY = {
    b"PAR1": "a Parquet file",
    b"SQLite format 3\x00": "an SQLite database",
    b"%PDF-": "a PDF",
    b"\x89PNG": "a picture",
}
# UTF-32 first: it begins as UTF-16 does.
_MARKED = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# JSON begins with ASCII: https://www.rfc-editor.org/rfc/rfc4627#section-3; what comes then is no
# zero, as in the length that some binary files begin with.
_UNMARKED = {
    "UTF-32": re.compile(
        rb"[\t\n\r -~]\0\0\0(?:\Z|(?!\0\0\0\0)..[\0-\x10]\0)"
        rb"|\0\0\0[\t\n\r -~](?:\Z|(?!\0\0\0\0)\0[\0-\x10]..)",
        re.DOTALL,
    ),
    "UTF-16": re.compile(
        rb"[\t\n\r -~]\0(?:\Z|(?!\0\0)..)|\0[\t\n\r -~](?:\Z|(?!\0\0)..)", re.DOTALL
    ),
}
_TAR = slice(257, 262)
"""Where a tar archive says that it is one."""
# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md, of which hawser was the first name.
_LFS_POINTER = re.compile(rb"version https?://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/")
_ANNEX_POINTER = b"/annex/objects/"
_XET_POINTER = re.compile(rb"# xet version \d")
# No text in JSON goes on to another line, so a line that begins so is none of its.
_CONFLICT = (b"<<<<<<< ", b"||||||| ", b">>>>>>> ")
_MARKUP = re.compile(rb"\s*<[!?a-zA-Z]")
_LONGEST_GAP = 1_000
_BLANKS = b" \t\r\n"
_OPENING = ("{", "[")


def told(data: bytes) -> str | None:
    """What bytes that are no JSON are, as a sentence that says what to do; None if it is unknown.

    Args:
        data: the whole file.
    """
    text = data.removeprefix(_UTF_8)
    encoding = _encoding(data)
    if encoding:
        return f"is {encoding}; save it as UTF-8."
    return _nothing(text) or _packed(data) or _stand_in(text) or _unresolved(data)


def told_of_more(text: str, at: int) -> str | None:
    """As `told`, of a text that goes on at `at`, behind a whole value."""
    between = text[max(0, at - _LONGEST_GAP) : at]
    if not text.startswith(_OPENING, at) or "\n" not in between[len(between.rstrip()) :]:
        return None
    return "holds several values, one after the other; make one list of them: [ …, … ]."


def _encoding(data: bytes) -> str | None:
    marked = next((name for mark, name in _MARKED.items() if data.startswith(mark)), None)
    unmarked = (name for name, form in _UNMARKED.items() if form.match(data))
    return marked or next(unmarked, None)


def _nothing(text: bytes) -> str | None:
    if not text:
        return "is empty; a file without entries is []."
    if not text.strip(_BLANKS):
        return "holds nothing but blanks; a file without entries is []."
    if text.count(0) == len(text):
        return "holds nothing but zero bytes, as after a crash or on a full disk; make it again."
    return None


def _packed(data: bytes) -> str | None:
    if data[_TAR] == b"ustar":
        return "is a tar archive; unpack it first."
    for start, name in _COMPRESSED.items():
        if data.startswith(start):
            return f"is compressed with {name}; unpack it first."
    for start, name in _BINARY.items():
        if data.startswith(start):
            return f"is {name}, not JSON."
    return None


def _stand_in(text: bytes) -> str | None:
    if _LFS_POINTER.match(text):
        return "is a pointer of Git LFS, not the file itself; `git lfs pull` fetches that."
    if _XET_POINTER.match(text):
        return "is a pointer of Xet, not the file itself; `git lfs pull` with git-xet fetches that."
    if text.startswith(_ANNEX_POINTER):
        return "is a pointer of git-annex, not the file itself; `git annex get` fetches that."
    if _MARKUP.match(text):
        return "is a web page or XML, not JSON; download the file itself."
    return None


def _unresolved(data: bytes) -> str | None:
    found = [at for marker in _CONFLICT if (at := _line_with(marker, data)) is not None]
    if not found:
        return None
    line = data.count(b"\n", 0, min(found)) + 1
    return (
        f"line {line} is a conflict marker of git; keep the entries of both sides,"
        " and take the markers out."
    )


def _line_with(start: bytes, data: bytes) -> int | None:
    """Where the first line that begins so is; by looking for it, for there may be many lines."""
    if data.startswith(start):
        return 0
    at = data.find(b"\n" + start)
    return None if at < 0 else at + 1
