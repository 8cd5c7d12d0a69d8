"""The index of run ids: whether a run is in the history, without reading the history.

Files of sorted run ids, one a line, by the first digits of the id. There are so many digits that
a file has at most 4,096 lines (266 kB) up to a million runs; a publish reads and writes the files
that its runs belong to, and everything is written anew three times in a dataset's life; the files
of the size before are empty from then on. A Bloom
filter of a million runs (1.8 MB at one error in 1,000) would have to be read and written whole,
and be asked again of the history at every error; a binary form would be half as large and no diff
could show it.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from benchmark.entry import RunId

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from benchmark.leaderboard import Snapshot

# Up to so many runs 0, 1 and 2 digits are enough.
_MOST_RUNS = (4_096, 65_536, 1_048_576)

_FOLDER = "runs/index/"
WHOLE = f"{_FOLDER}all.txt"
"""The one file of a small index."""

_FORM = re.compile(rb"(?:[0-9a-f]{64}\n)*")
_NAME = re.compile(r"runs/index/(?:all|[0-9a-f]{1,3})\.txt")


class MisfitError(Exception):
    """What is derived does not fit after all: everything has to be read."""


class Index:
    """The index of a snapshot whose manifest fits; only what is asked for is read."""

    def __init__(self, snapshot: Snapshot, runs: int) -> None:
        """Ask of this snapshot, which has so many runs."""
        self._snapshot = snapshot
        self._runs = runs
        self._shards: dict[str, frozenset[RunId]] = {}

    def held(self, run_ids: Collection[RunId]) -> frozenset[RunId]:
        """Those of `run_ids` that are in the history.

        Raises:
            MisfitError: if a file of the index is missing or is none.
        """
        digits = digits_for(self._runs)
        self._read({_path(run_id[:digits]) for run_id in run_ids})
        return frozenset(
            run_id for run_id in run_ids if run_id in self._shards[_path(run_id[:digits])]
        )

    def with_runs(self, run_ids: Collection[RunId]) -> dict[str, bytes]:
        """The files that change when runs are added that are not in the history.

        Raises:
            MisfitError: as `held`.
        """
        digits = digits_for(self._runs)
        if digits_for(self._runs + len(run_ids)) != digits:
            self._read(_paths(digits))
            grown = shards([*run_ids, *frozenset().union(*self._shards.values())])
            return {**dict.fromkeys(_paths(digits), b""), **grown}
        touched: dict[str, set[RunId]] = {}
        for run_id in run_ids:
            touched.setdefault(_path(run_id[:digits]), set()).add(run_id)
        self._read(touched)
        return {path: _encode(self._shards[path] | more) for path, more in touched.items()}

    def _read(self, paths: Iterable[str]) -> None:
        missing = [path for path in paths if path not in self._shards]
        self._snapshot.ahead(missing)
        self._shards |= {path: _decode(self._snapshot, path) for path in missing}


def digits_for(runs: int) -> int:
    """Digits of a run id that name its file in an index of so many runs."""
    return sum(runs > most for most in _MOST_RUNS)


def shards(run_ids: Collection[RunId]) -> dict[str, bytes]:
    """Every file of the index of these runs, those without a run included."""
    digits = digits_for(len(run_ids))
    found: dict[str, list[RunId]] = {path: [] for path in _paths(digits)}
    for run_id in run_ids:
        found[_path(run_id[:digits])].append(run_id)
    return {path: _encode(members) for path, members in found.items()}


def listed(files: Mapping[str, bytes]) -> frozenset[RunId]:
    """The run ids in every file of an index that is one."""
    found = (data for path, data in files.items() if is_shard(path) and _FORM.fullmatch(data))
    return frozenset(RunId(line) for data in found for line in data.decode().split())


def is_shard(path: str) -> bool:
    """Whether a path is that of a file of an index, of this size or another."""
    return _NAME.fullmatch(path) is not None


def _paths(digits: int) -> list[str]:
    return [_path("".join(prefix)) for prefix in product("0123456789abcdef", repeat=digits)]


def _path(prefix: str) -> str:
    return f"{_FOLDER}{prefix or 'all'}.txt"


def _encode(run_ids: Collection[RunId]) -> bytes:
    return "".join(f"{run_id}\n" for run_id in sorted(run_ids)).encode()


def _decode(snapshot: Snapshot, path: str) -> frozenset[RunId]:
    data = snapshot.files.get(path)
    if data is None or not _FORM.fullmatch(data):
        raise MisfitError(path)
    return frozenset(map(RunId, data.decode().split()))
