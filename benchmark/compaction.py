"""Many small fragments made into few: the same runs in fewer files.

Every commit adds a fragment, and the Hub recommends fewer than 10,000 files in a folder and 100,000
in a repository (https://huggingface.co/docs/hub/storage-limits): at 128 commits an hour a month can
bring 90,000. Whoever reads everything asks for each of them, too.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from benchmark.dataset import is_fragment
from benchmark.fragments import beside, refuse_to_lose
from benchmark.leaderboard import applied, decode_fragment, encode_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from benchmark.entry import RunId
    from benchmark.leaderboard import Changes

LARGEST = 8 * 1024 * 1024
"""Bytes of a fragment: text of more than 10 MiB would go to large-file storage, and readers of
JSON Lines look for its types in the first 10 MB."""

WORTHWHILE = 1_000
"""Fragments in a folder from which on it is worth a commit."""

MOST_IN_FOLDER = 10_000
MOST_IN_REPOSITORY = 100_000

_MOST_AT_ONCE = 10_000
"""Fragments that one commit removes: 1.2 MB of its body."""


class Compaction(NamedTuple):
    """What a compaction does.

    Attributes:
        changes: what to write and remove.
        before: folder of `runs/` → fragments in it.
        after: the same afterwards.
    """

    changes: Changes
    before: Mapping[str, int]
    after: Mapping[str, int]

    @property
    def is_worthwhile(self) -> bool:
        """Whether there are so many that somebody notices."""
        return bool(self.changes) and max(self.before.values()) >= WORTHWHILE


def compaction_of(files: Mapping[str, bytes], gone: Collection[RunId] = ()) -> Compaction:
    """The small fragments of every folder joined; those of half the largest size stay.

    Args:
        files: path → content of the dataset's files.
        gone: runs that no fragment may hold: they were taken down.

    Raises:
        InvalidDataError: if a fragment cannot be read.
        BenchmarkError: if a run would be lost: a bug, caught before it can do harm.
    """
    changes: dict[str, bytes | None] = {}
    for paths in _small_ones(files).values():
        for group in _groups(paths, files):
            if len(group) > 1 and len(changes) + len(group) <= _MOST_AT_ONCE:
                changes |= _joined(group, files, gone)
    refuse_to_lose(files, changes, gone)
    return Compaction(changes, counted(files), counted(applied(files, changes)))


def counted(files: Iterable[str]) -> dict[str, int]:
    """Folder → fragments in it, of the paths of a dataset's files."""
    found: dict[str, int] = {}
    for path in sorted(filter(is_fragment, files)):
        folder = str(PurePosixPath(path).parent)
        found[folder] = found.get(folder, 0) + 1
    return found


def _small_ones(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(filter(is_fragment, files)):
        if len(files[path]) < LARGEST // 2:
            found.setdefault(str(PurePosixPath(path).parent), []).append(path)
    return found


def _groups(paths: Sequence[str], files: Mapping[str, bytes]) -> Iterator[list[str]]:
    """Neighbours, as many as make one fragment."""
    group: list[str] = []
    size = 0
    for path in paths:
        is_full = size + len(files[path]) > LARGEST or len(group) >= _MOST_AT_ONCE
        if group and is_full:
            yield group
            group, size = [], 0
        group.append(path)
        size += len(files[path])
    yield group


def _joined(
    group: Sequence[str], files: Mapping[str, bytes], gone: Collection[RunId]
) -> dict[str, bytes | None]:
    runs = (entry for path in group for entry in decode_fragment(files[path], file=path))
    content = encode_lines(entry for entry in runs if entry.run_id not in gone)
    # Of two fragments one of which holds all of the other, that one is the outcome.
    return {**dict.fromkeys(group), **({beside(group[0], content): content} if content else {})}
