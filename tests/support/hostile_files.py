"""Files that nobody means to submit, each small, with what has to be said of it."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from benchmark.bounds import MAX_FILE_BYTES
from tests.support import entries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ENTRY = json.dumps(entries.data())
_TEXT = f"[{_ENTRY}]"
_BYTES = _TEXT.encode()


class Hostile(NamedTuple):
    """A kind of file.

    Attributes:
        make: puts it at a path.
        path: the JSON path of what is wrong with it.
        said: what has to be in the message.
    """

    make: Callable[[Path], object]
    path: str
    said: str


def _of(content: bytes, said: str, path: str = "$") -> Hostile:
    return Hostile(lambda at: at.write_bytes(content), path, said)


def _with(old: str, new: bytes, said: str, path: str) -> Hostile:
    """The plain entry with a piece of its text replaced."""
    assert old in _TEXT
    return _of(_BYTES.replace(old.encode(), new, 1), said, path)


def _node(kind: int) -> Callable[[Path], object]:
    return lambda at: os.mknod(at, kind | 0o600)


def _sparse(at: Path) -> None:
    at.touch()
    os.truncate(at, 2**38)


def _loop(at: Path) -> None:
    at.symlink_to(at.name)


_NAMES = "$[0].environment.os"
_BOTH_SIDES = f"[\n<<<<<<< HEAD\n{_ENTRY}\n=======\n{_ENTRY}\n>>>>>>> theirs\n]\n".encode()
_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%b\nsize 99\n" % (b"a" * 64)
_BOMB = b"nested more than 64 levels deep"

KINDS: dict[str, Hostile] = {
    "empty": _of(b"", "is empty"),
    "blanks": _of(b" \r\n\t" * 1000, "nothing but blanks"),
    "zero bytes": _of(b"\0" * 4096, "nothing but zero bytes"),
    "byte order mark alone": _of(b"\xef\xbb\xbf", "is empty"),
    "UTF-16 with a mark": _of(_TEXT.encode("utf-16"), "is UTF-16"),
    "UTF-16 without a mark": _of(_TEXT.encode("utf-16-le"), "is UTF-16"),
    "UTF-16, big end first": _of(_TEXT.encode("utf-16-be"), "is UTF-16"),
    "UTF-32": _of(_TEXT.encode("utf-32"), "is UTF-32"),
    "UTF-32, big end first": _of(_TEXT.encode("utf-32-be"), "is UTF-32"),
    "GB 18030": _of(_TEXT.replace("somebody", "张三").encode("gb18030"), "is not UTF-8"),
    "gzip": _of(gzip.compress(_BYTES), "compressed with gzip"),
    "bzip2": _of(bz2.compress(_BYTES), "compressed with bzip2"),
    "xz": _of(lzma.compress(_BYTES), "compressed with xz"),
    "zip": _of(b"PK\x03\x04" + b"\xff" * 40, "compressed with zip"),
    "tar": _of(b"leaderboard_x.json".ljust(257, b"\0") + b"ustar\0" + b"00", "is a tar archive"),
    "weights": _of(b"P" + b"\0" * 7 + b'{"a":{"dtype":"F32"}}\xff', "is not UTF-8"),
    "Parquet": _of(b"PAR1\x15\x04\x15\xfe", "a Parquet file"),
    "pointer of LFS": _of(_POINTER, "`git lfs pull`"),
    "pointer of git-annex": _of(b"/annex/objects/SHA256E-s9--ab.json\n", "pointer of git-annex"),
    "pointer of Xet": _of(b"# xet version 0\nfilesize = 1\nhash = 'ab'\n", "pointer of Xet"),
    "web page": _of(b"\n<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page"),
    "error in XML": _of(b'<?xml version="1.0"?><Error/>', "is a web page or XML"),
    "conflict markers": _of(_BOTH_SIDES, "line 2 is a conflict marker"),
    "JSON Lines": _of(f"{_ENTRY}\n{_ENTRY}\n".encode(), "make one list of them"),
    "JSON Lines of lists": _of(f"{_TEXT}\r\n{_TEXT}\r\n".encode(), "make one list of them"),
    "error as JSON": _of(b'{"error": "Repository not found"}', "", "$"),
    "no list": _of(b'"[]"', "", "$"),
    "cut off": _of(_BYTES[:-30], "not JSON"),
    "comma at the end": _of(f"[{_ENTRY},]".encode(), "not JSON"),
    "as Python writes it": _of(repr([entries.data()]).encode(), "not JSON"),
    "two byte order marks": _of(b"\xef\xbb\xbf" * 2 + _BYTES, "not JSON"),
    "open brackets": _of(b"[" * 100_000, _BOMB.decode()),
    "brackets": _of(b"[" * 100_000 + b"]" * 100_000, _BOMB.decode()),
    "objects in objects": _of(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, _BOMB.decode()),
    "depth in an entry": _with('"Linux"', b"[" * 99 + b"]" * 99, _BOMB.decode(), _NAMES),
    "NaN": _with("100.0", b"NaN", "NaN", "$[0].metrics.throughput_tps"),
    "infinity": _with("100.0", b"-Infinity", "Infinity", "$[0].metrics.throughput_tps"),
    "beyond doubles": _with("100.0", b"1e999", "Infinity", "$[0].metrics.throughput_tps"),
    "huge integer": _with("100.0", b"9" * 100_000, "2^53", "$[0].metrics.throughput_tps"),
    "key twice": _with('"os":', b'"os": 1, "os":', '"os" appears twice', "$[0].environment"),
    "escaped key twice": _with(
        '"os":', b'"o\\u0073": 1, "os":', "appears twice", "$[0].environment"
    ),
    "escaped surrogate": _with("Linux", b"\\ud800", "lone surrogate", _NAMES),
    "surrogates the wrong way round": _with("Linux", b"\\udc00\\ud800", "lone surrogate", _NAMES),
    "encoded surrogate": _with("Linux", b"\xed\xa0\x80", "is not UTF-8", "$"),
    "surrogate in a key": _with('"os"', b'"\\udfff"', "lone surrogate", "$[0].environment"),
    "overlong letter": _with("Linux", b"\xc0\xaf", "is not UTF-8", "$"),
    "raw control characters": _with("Linux", b"a\nb\x00", "not JSON", "$"),
    "a million keys": _of(
        b"[{%b}]" % b",".join(b'"%d":1' % number for number in range(1_000_000)),
        "at most 65,536",
        "$[0]",
    ),
    "a million NaN": _of(b'[{"a":[%b]}]' % b",".join([b"NaN"] * 1_000_000), "NaN", "$[0].a[0]"),
    "members too short": _of(b"[%b{}]" % (b"{}," * 50_000), "too short to be entries"),
    "too many values": _of(b"[%b1]" % (b"1," * 1_000_001), "too many values"),
    "long text": _with("Linux", b"a" * 2_000_000, "at most 65,536", "$[0]"),
    "without end": Hostile(_sparse, "$", f"a file may take at most {MAX_FILE_BYTES:,}"),
    "folder": Hostile(lambda at: at.mkdir(), "$", "is a folder"),
    "pipe": Hostile(_node(stat.S_IFIFO), "$", "is a pipe"),
    "socket": Hostile(_node(stat.S_IFSOCK), "$", "is a socket"),
    "link to itself": Hostile(_loop, "$", "is a symbolic link"),
    "link to nothing": Hostile(lambda at: at.symlink_to("nothing"), "$", "is a symbolic link"),
    "link to a device": Hostile(lambda at: at.symlink_to("/dev/zero"), "$", "is a symbolic link"),
}
"""Such as are refused, by every verb, with the path and in the words given."""

HARMLESS: dict[str, bytes] = {
    "byte order mark": b"\xef\xbb\xbf" + _BYTES,
    "Windows lines": json.dumps([entries.data()], indent=1).replace("\n", "\r\n").encode(),
    "escapes": json.dumps([entries.data({"metadata.notes": "张三 😀"})]).encode(),
    "no escapes": json.dumps(
        [entries.data({"metadata.notes": "张三 😀"})], ensure_ascii=False
    ).encode(),
    "marker in a text": json.dumps([entries.data({"metadata.notes": "\n<<<<<<< HEAD\n"})]).encode(),
    "nothing": b"[]",
}
"""Such as look odd and are not refused."""
