"""The files of a dataset, read one by one, so that one that cannot be read hides no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.dataset import BOARD_FILES
from benchmark.derived import is_derived
from benchmark.doctor.check import Problem
from benchmark.errors import InvalidDataError
from benchmark.fragment_names import is_fragment, is_named
from benchmark.fragment_reading import entries_of_fragments
from benchmark.i18n import N_
from benchmark.leaderboard import decode_fragment, decode_known, known_in
from benchmark.said import SAID, as_written
from benchmark.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.entry import Entry
    from benchmark.watch import Watch

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
        boards: path → the entries of a leaderboard.
        unreadable: files that cannot be read as what they are; nothing can be built on them.
    """

    files: Mapping[str, bytes]
    fragments: Mapping[str, list[Entry]]
    boards: Mapping[str, list[Entry]]
    unreadable: tuple[Problem, ...]


def contents_of(files: Mapping[str, bytes], watch: Watch = unwatched) -> Contents:
    """Read every file that is of our making.

    Args:
        files: path → content.
        watch: is given the fragments.
    """
    ordered = dict(sorted(files.items()))
    texts = {path: data for path, data in ordered.items() if is_fragment(path)}
    quick = watch(entries_of_fragments([*texts.values()]), [*map(len, texts.values())])
    read = dict(zip(texts, quick, strict=True))
    known = known_in(entries for entries in read.values() if entries is not None)
    found = {path: _read(path, data, read.get(path), known) for path, data in ordered.items()}
    entries = {path: held for path, held in found.items() if isinstance(held, list)}
    fragments = {path: held for path, held in entries.items() if is_fragment(path)}
    boards = {path: held for path, held in entries.items() if path not in fragments}
    problems = (problem for problem in found.values() if isinstance(problem, Problem))
    return Contents(dict(files), fragments, boards, tuple(problems))


def _read(
    path: str, data: bytes, quick: list[Entry] | None, known: Mapping[bytes, Entry]
) -> list[Entry] | Problem | None:
    """The entries of a fragment or a leaderboard; what is wrong where something is."""
    if data.startswith(_POINTER) and not is_derived(path):
        return Problem.of(path, "by hand", _POINTS)
    try:
        if is_fragment(path):
            return decode_fragment(data, file=path) if quick is None else quick
        if path in BOARD_FILES.values():
            return decode_known(data, known, file=path)
        if path in SAID:
            as_written(path, data)
    except InvalidDataError as error:
        where = next((f"{path}::{found.path}" for found in error.violations), path)
        said = next((found.message for found in error.violations), str(error))
        message = _REMAKE if path in BOARD_FILES.values() else _RESTORE
        if is_fragment(path) and not is_named(path):
            message = _REMOVE
        return Problem.of(where, "by hand", message, problem=said)
    return None
