"""A dataset in a folder: a git clone of it, or a copy."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.dataset import BOARD_FILES, CARD, is_data
from benchmark.derived import RUNS, is_derived, is_page
from benchmark.errors import ConflictError, InvalidDataError, UsageError, Violation
from benchmark.i18n import N_
from benchmark.leaderboard import Revision, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.leaderboard import Changes

_NAMED = re.compile(rb"hf://datasets/([\w.-]+/[\w.-]+)/", re.ASCII)
_POINTER = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True)
class Clone:
    """A folder as a `Store`: read as it lies there, written only if it has not changed since.

    Attributes:
        folder: where README.md, the leaderboards and `runs/` are.
    """

    folder: Path

    @property
    def url(self) -> str:
        """What people call it."""
        return str(self.folder)

    def read(self) -> Snapshot:
        """Every file of the dataset that is there, with a revision made of their contents.

        Raises:
            UsageError: if there is none, or one cannot be read, or its history is elsewhere.
            InvalidDataError: if a file is only what Git LFS has put in its place.
        """
        if (self.folder / RUNS).is_symlink():
            raise UsageError(
                f"{self.folder / RUNS} is a link to a folder, which is not followed.",
                hint=N_("Name the folder that holds the dataset itself."),
            )
        files = {path: canonical.read_bytes(self.folder / path) for path in sorted(self.paths())}
        if not files:
            raise UsageError(
                f"{self.folder} holds no dataset.",
                hint=N_("Name the folder in which runs/ and the leaderboards are."),
            )
        _refuse_pointers(files)
        return Snapshot(_revision(files), files, name=_name_in(files.get(CARD, b"")))

    def commit(self, files: Changes, *, parent: Revision, message: str) -> Revision:  # noqa: ARG002 - whoever commits to git says why
        """Write and remove `files` if the folder still is as it was read; git is left to its user.

        What is new is there before anything goes, so that no run is nowhere in between.

        Raises:
            ConflictError: if somebody changed the folder; nothing was written.
            UsageError: if a file cannot be written.
        """
        if self.read().revision != parent:
            raise ConflictError(
                f"{self.folder} was changed meanwhile.", hint=N_("Run it again; nothing is lost.")
            )
        canonical.write_all_atomic(
            {self.folder / path: data for path, data in files.items() if data is not None}
        )
        for path in (path for path, data in files.items() if data is None):
            (self.folder / path).unlink(missing_ok=True)
        return self.read().revision

    def paths(self) -> Iterator[str]:
        """The files of the dataset that are there.

        Linked files are read, for the Hub's client keeps its downloads so; folders are not.
        """
        for at, folders, names in os.walk(self.folder):
            here = Path(at)
            if here == self.folder:
                folders[:] = [name for name in folders if name == RUNS]
            for name in names:
                path = (here / name).relative_to(self.folder).as_posix()
                is_ours = is_data(path) or is_derived(path) or is_page(path)
                if is_ours and (here / name).is_file():
                    yield path


def is_clone(folder: Path) -> bool:
    """Whether a folder holds more of a dataset than its leaderboards, as a data folder does."""
    plain = {*BOARD_FILES.values(), CARD}
    if not folder.is_dir():
        return False
    return any(path not in plain and not is_page(path) for path in Clone(folder).paths())


def _refuse_pointers(files: Mapping[str, bytes]) -> None:
    pointers = [path for path, data in files.items() if data.startswith(_POINTER)]
    if pointers:
        message = "is a pointer of Git LFS, not the file itself."
        raise InvalidDataError(
            "The clone lacks the contents of large files.",
            [Violation(path, "$", message) for path in pointers],
            hint=N_("Install Git LFS and run `git lfs pull` in the clone."),
        )


def _name_in(card: bytes) -> str:
    """The dataset's name, by which the card says how to read it; "" if it does not."""
    found = _NAMED.search(card)
    return found[1].decode() if found else ""


def _revision(files: Mapping[str, bytes]) -> Revision:
    told = "".join(f"{path}\0{canonical.digest(data)}\n" for path, data in files.items())
    return Revision(canonical.digest(told.encode("utf-8", "surrogatepass"))[:40])
