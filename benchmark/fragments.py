"""The fragments in `runs/`, rewritten: one is named by its content, so another has another name.

Whatever is rewritten, every run is still in a fragment afterwards, but for those that have to go.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.dataset import is_fragment
from benchmark.entry import RunId
from benchmark.errors import BenchmarkError
from benchmark.i18n import N_
from benchmark.leaderboard import decode_fragment, encode_lines, lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from benchmark.entry import Entry
    from benchmark.leaderboard import Changes


def without(files: Mapping[str, bytes], gone: Collection[RunId]) -> dict[str, bytes | None]:
    """What to change so that no fragment holds any of some runs; other fragments stay.

    Args:
        files: path → content of the dataset's files.
        gone: run ids; without any nothing is read.

    Raises:
        InvalidDataError: if a fragment cannot be read.
        BenchmarkError: if another run would be lost: a bug, caught before it can do harm.
    """
    changes: dict[str, bytes | None] = {}
    for path, entries in _fragments(files) if gone else ():
        kept = [entry for entry in entries if entry.run_id not in gone]
        if len(kept) < len(entries):
            changes |= _replacing(path, kept)
    refuse_to_lose(files, changes, gone)
    return changes


def tidied(files: Mapping[str, bytes], gone: Collection[RunId]) -> dict[str, bytes | None]:
    """As `without`, and every fragment is canonical, named by its content, and no run in two."""
    changes: dict[str, bytes | None] = {}
    seen = set(gone)
    for path, entries in _fragments(files):
        kept = [entry for entry in entries if entry.run_id not in seen]
        seen.update(entry.run_id for entry in kept)
        as_it_is = kept == entries and is_canonical(files[path], entries)
        if not (kept and as_it_is and beside(path, files[path]) == path):
            changes |= _replacing(path, kept)
    refuse_to_lose(files, changes, gone)
    return changes


def is_canonical(data: bytes, entries: Iterable[Entry]) -> bool:
    """Whether a fragment is its entries' canonical forms, one a line.

    In whatever order: config keys decide it, and a fragment outlives their definition.
    """
    return data == b"".join(entry.canonical + b"\n" for entry in entries)


def beside(path: str, content: bytes) -> str:
    """The path of a fragment with this content, in the folder of another."""
    return str(PurePosixPath(path).with_name(f"{canonical.digest(content)}.jsonl"))


def refuse_to_lose(files: Mapping[str, bytes], changes: Changes, gone: Collection[RunId]) -> None:
    """Look at what is about to be written: every run must still be there, or have to go.

    Raises:
        BenchmarkError: if one would be lost: a bug, caught before it can do harm.
    """
    if not changes:
        return
    before, after = set(), set()
    for path, entries in _fragments(files):
        runs = {entry.run_id for entry in entries}
        before |= runs
        after |= runs if path not in changes else set()
    after.update(run for data in changes.values() for run in _runs_in(data or b""))
    if before - after - set(gone) or after & set(gone):
        raise BenchmarkError(
            "The new files would lose data that the dataset holds; nothing was written.",
            hint=N_("This is a bug: please report it with the dataset's revision."),
        )


def _fragments(files: Mapping[str, bytes]) -> Iterator[tuple[str, list[Entry]]]:
    """Those named by their content first: a copy under another name is the one that goes."""
    paths = filter(is_fragment, files)
    for path in sorted(paths, key=lambda path: (beside(path, files[path]) != path, path)):
        yield path, decode_fragment(files[path], file=path)


def _replacing(path: str, kept: Iterable[Entry]) -> dict[str, bytes | None]:
    content = encode_lines(kept)
    return {path: None, **({beside(path, content): content} if content.strip() else {})}


def _runs_in(data: bytes) -> Iterator[RunId]:
    """The sha-256 of a line is the run it holds, so nothing has to be parsed once more."""
    return (RunId(canonical.digest(line)) for line in lines(data))
