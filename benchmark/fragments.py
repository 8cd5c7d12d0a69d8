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
    kept: dict[str, list[Entry]] = {}
    for path, entries in _fragments(files) if gone else ():
        others = [entry for entry in entries if entry.run_id not in gone]
        if len(others) < len(entries):
            kept[path] = others
    return _replacing(files, kept, gone)


def tidied(files: Mapping[str, bytes], gone: Collection[RunId]) -> dict[str, bytes | None]:
    """As `without`, and every fragment is canonical, named by its content, and no run in two."""
    kept: dict[str, list[Entry]] = {}
    seen = set(gone)
    for path, entries in _fragments(files):
        others = list({e.run_id: e for e in entries if e.run_id not in seen}.values())
        seen.update(entry.run_id for entry in others)
        as_it_is = others == entries and is_canonical(files[path], entries)
        if not (others and as_it_is and beside(path, files[path]) == path):
            kept[path] = others
    return _replacing(files, kept, gone)


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
    written = {run for data in changes.values() for run in _runs_in(data or b"")}
    before, after = set(), set(written)
    for path, entries in _fragments(files):
        runs = {entry.run_id for entry in entries}
        before |= runs
        after |= runs if path not in changes else set()
    if before - after - set(gone) or written & set(gone):
        raise BenchmarkError(
            "The new files would lose data that the dataset holds; nothing was written.",
            hint=N_("This is a bug: please report it with the dataset's revision."),
        )


def _fragments(files: Mapping[str, bytes]) -> Iterator[tuple[str, list[Entry]]]:
    """Those named by their content first: a copy under another name is the one that goes."""
    paths = filter(is_fragment, files)
    for path in sorted(paths, key=lambda path: (beside(path, files[path]) != path, path)):
        yield path, decode_fragment(files[path], file=path)


def _replacing(
    files: Mapping[str, bytes], kept: Mapping[str, list[Entry]], gone: Collection[RunId]
) -> dict[str, bytes | None]:
    """Fragments that go, and what is kept of each; one that is written does not go."""
    contents = [(path, encode_lines(entries)) for path, entries in kept.items() if entries]
    written = {beside(path, content): content for path, content in contents}
    changes = {**dict.fromkeys(kept), **written}
    refuse_to_lose(files, changes, gone)
    return changes


def _runs_in(data: bytes) -> Iterator[RunId]:
    """The sha-256 of a line is the run it holds, so nothing has to be parsed once more."""
    return (RunId(canonical.digest(line)) for line in lines(data))
