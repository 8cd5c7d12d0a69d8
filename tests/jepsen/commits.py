"""The history of a dataset as git has it, read with git alone."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from typing_extensions import Self

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize \d+\n"
)


class Commit(NamedTuple):
    """One commit.

    Attributes:
        sha: its id.
        parents: the ids of its parents.
        changed: path → blob id of what it writes, None for what it removes.
        files: path → blob id of everything at it.
    """

    sha: str
    parents: tuple[str, ...]
    changed: Mapping[str, str | None]
    files: Mapping[str, str]


class Repository:
    """A bare repository below the root of an embedded Hub; to be closed."""

    def __init__(self, folder: Path, branch: str = "main") -> None:
        self._folder = folder
        self._branch = branch
        self._objects = subprocess.Popen(
            self._argv("cat-file", "--batch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.content = cache(self._content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._objects.communicate()

    def commits(self) -> Iterator[Commit]:
        """The branch's commits, the oldest first."""
        form = ("--format=commit %H %P", "--raw", "--no-abbrev", "--no-renames", "-z")
        log = self._git("log", "--reverse", "--topo-order", "--root", "-m", *form, self._branch)
        files: dict[str, str] = {}
        for sha, parents, changed in _parsed(log):
            files = {**files, **{path: blob for path, blob in changed.items() if blob}}
            for path in [path for path, blob in changed.items() if not blob]:
                files.pop(path, None)
            yield Commit(sha, parents, changed, files)

    def _content(self, blob: str) -> bytes:
        data = self._blob(blob)
        large = _POINTER.fullmatch(data)
        if large is None:
            return data
        oid = large[1].decode()
        return (self._folder / "lfs" / "objects" / oid[:2] / oid[2:4] / oid).read_bytes()

    def _blob(self, blob: str) -> bytes:
        asked, answer = self._objects.stdin, self._objects.stdout
        assert asked
        assert answer
        asked.write(f"{blob}\n".encode())
        asked.flush()
        _, kind, size = answer.readline().split()
        assert kind == b"blob"
        data = answer.read(int(size))
        assert answer.read(1) == b"\n"
        return data

    def _git(self, *arguments: str) -> bytes:
        return subprocess.run(self._argv(*arguments), check=True, capture_output=True).stdout

    def _argv(self, *arguments: str) -> list[str]:
        return ["git", "-C", str(self._folder), "-c", "safe.directory=*", *arguments]


def _parsed(log: bytes) -> Iterator[tuple[str, tuple[str, ...], dict[str, str | None]]]:
    """Commits of `git log --raw -z`: a header, then for each change its facts and its path."""
    sha: str = ""
    parents: tuple[str, ...] = ()
    changed: dict[str, str | None] = {}
    words = iter(log.decode().split("\0"))
    for word in words:
        text = word.lstrip("\n")
        if text.startswith("commit "):
            if sha:
                yield sha, parents, changed
            _, sha, *rest = text.split("\n")[0].split(" ")
            parents, changed = tuple(filter(None, rest)), {}
            text = text.partition("\n")[2].lstrip("\n")
        if text.startswith(":"):
            *_, blob, status = text.split(" ")
            changed[next(words)] = None if status == "D" else blob
    yield sha, parents, changed
