"""The files of a dataset, read one by one, so that one that cannot be read hides no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.dataset import BOARD_FILES, is_fragment, is_named
from benchmark.derived import is_derived
from benchmark.doctor.check import Problem
from benchmark.errors import InvalidDataError
from benchmark.i18n import N_
from benchmark.leaderboard import decode, decode_fragment
from benchmark.said import SAID, as_written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmark.entry import Entry

_RESTORE = N_("{problem} Restore it from an earlier revision.")
_REMOVE = N_("{problem} No commit of ours names a file so: remove it unless it holds runs.")
_REMAKE = N_(
    "{problem} Restore it from an earlier revision; where runs/ holds its runs, it can be deleted:"
    " `doctor --fix` makes it again."
)
_POINTS = N_(
    "is a pointer of Git LFS, not the file itself: somebody committed it where the file should be."
    " Put the file there, or restore it from an earlier revision."
)
_POINTER = b"version https://git-lfs.github.com/spec/"


class Contents(NamedTuple):
    """What the files hold.

    Attributes:
        files: path → content.
        fragments: path → the runs in it, in the order of the paths.
        unreadable: files that cannot be read as what they are; nothing can be built on them.
    """

    files: Mapping[str, bytes]
    fragments: Mapping[str, list[Entry]]
    unreadable: tuple[Problem, ...]


def contents_of(files: Mapping[str, bytes]) -> Contents:
    """Read every file that is of our making."""
    found = {path: _read(path, data) for path, data in sorted(files.items())}
    fragments = {path: entries for path, entries in found.items() if isinstance(entries, list)}
    problems = (problem for problem in found.values() if isinstance(problem, Problem))
    return Contents(dict(files), fragments, tuple(problems))


def _read(path: str, data: bytes) -> list[Entry] | Problem | None:
    """The runs of a fragment; what is wrong where something is."""
    if data.startswith(_POINTER) and not is_derived(path):
        return Problem.of(path, "by hand", _POINTS)
    try:
        if is_fragment(path):
            return decode_fragment(data, file=path)
        _reader(path)(data)
    except InvalidDataError as error:
        where = next((f"{path}::{found.path}" for found in error.violations), path)
        said = next((found.message for found in error.violations), str(error))
        message = _REMAKE if path in BOARD_FILES.values() else _RESTORE
        if is_fragment(path) and not is_named(path):
            message = _REMOVE
        return Problem.of(where, "by hand", message, problem=said)
    return None


def _reader(path: str) -> Callable[[bytes], object]:
    if path in BOARD_FILES.values():
        return lambda data: decode(data, file=path)
    return (lambda data: as_written(path, data)) if path in SAID else bytes
