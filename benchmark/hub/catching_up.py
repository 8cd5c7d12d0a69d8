"""Leaderboards that were read a moment ago, brought up to date without reading them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.canonical import digest
from benchmark.dataset import BOARD_FILES, CONFIRMATIONS, RETRACTIONS
from benchmark.derived import MANIFEST, TRAIL, manifest_of, trail_of
from benchmark.errors import BenchmarkError
from benchmark.hub.download import Downloaded
from benchmark.plan.replay import replayed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

# Below it (bytes) one request for a leaderboard is less than those for the fragments.
_WORTHWHILE = 4 * 1024 * 1024


def caught_up(
    held: Mapping[str, Downloaded],
    now: Mapping[str, Downloaded],
    several: Callable[[Collection[str]], Mapping[str, bytes]],
) -> dict[str, Downloaded]:
    """The leaderboard files of now; none where that cannot be said for sure.

    Args:
        held: path → leaderboard file, of an earlier revision.
        now: the small files of this revision: manifest, trail, retractions, confirmations.
        several: reads files of this revision.
    """
    boards = {name: held[file] for name, file in BOARD_FILES.items() if file in held}
    manifest, trail = manifest_of(_data(now, MANIFEST)), trail_of(_data(now, TRAIL))
    if manifest is None or trail is None or sum(len(b.data) for b in boards.values()) < _WORTHWHILE:
        return {}
    fragments = trail.since({name: board.sha256 for name, board in boards.items()})
    expected = {name: fact.sha256 for name, fact in manifest.boards.items()}
    if fragments is None or trail.now != expected:
        return {}
    try:
        contents = several(fragments).values() if fragments else ()
        after = replayed(
            {name: board.data for name, board in boards.items()},
            contents,
            _data(now, RETRACTIONS),
            _data(now, CONFIRMATIONS),
        )
    except (BenchmarkError, ValueError):
        return {}
    if {name: digest(data) for name, data in after.items()} != expected:
        return {}
    return {BOARD_FILES[name]: Downloaded(data, expected[name]) for name, data in after.items()}


def _data(files: Mapping[str, Downloaded], path: str) -> bytes:
    return files[path].data if path in files else b""
