"""What must follow from the runs: leaderboards, manifest, index, trail and card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.dataset import BOARD_FILES, CARD
from benchmark.derived import MANIFEST, TRAIL, differing, is_derived, trail_fits
from benchmark.doctor.check import Problem
from benchmark.leaderboard import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.dataset import Dataset
    from benchmark.leaderboard import Snapshot

_NAMED = 3
"""Lines of a leaderboard that are named, of those that are wrong."""


def wrong_boards(files: Mapping[str, bytes], state: Dataset) -> Iterator[Problem]:
    """Leaderboards that are not what the runs and people's decisions make of them."""
    for name, file in BOARD_FILES.items():
        if file not in files:
            yield Problem(file, "is missing.", "doctor --fix")
            continue
        expected = {run.run_id: run for run in state.boards[name].values()}
        found = {run.run_id for run in decode(files[file], file=file)}
        for verb, runs in (("lacks", expected.keys() - found), ("holds", found - expected.keys())):
            for run_id in sorted(runs)[:_NAMED]:
                message = f"{verb} run {run_id[:12]}, {_why(state, run_id, verb)}"
                yield Problem(file, message, "doctor --fix")
            if len(runs) > _NAMED:
                message = f"{verb} {len(runs) - _NAMED} more runs like that."
                yield Problem(file, message, "doctor --fix")


def not_logged(state: Dataset) -> Iterator[Problem]:
    """Runs that a leaderboard holds and the history does not."""
    for entry in sorted(state.unlogged, key=lambda entry: entry.run_id)[:_NAMED]:
        message = f"lack run {entry.run_id[:12]}, which a leaderboard holds."
        yield Problem("runs", message, "doctor --fix")
    if len(state.unlogged) > _NAMED:
        message = f"lack {len(state.unlogged) - _NAMED} more runs like that."
        yield Problem("runs", message, "doctor --fix")


def wrong_derived(snapshot: Snapshot, state: Dataset) -> Iterator[Problem]:
    """Manifest and index that do not say what is there; a dataset may be without."""
    if not any(is_derived(path) and data for path, data in snapshot.files.items()):
        return
    boards = set(BOARD_FILES.values()) - snapshot.files.keys()
    for path in differing(snapshot, state, {}) if not boards else ():
        if path in snapshot.files:
            yield Problem(path, "does not say what the dataset holds.", "doctor --fix")
        else:
            yield Problem(path, "is missing.", "doctor --fix")


def wrong_trail(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """A trail that leads somewhere else."""
    boards = BOARD_FILES.values()
    if TRAIL in files and all(file in files for file in boards) and not trail_fits(files):
        message = "does not lead to the leaderboards that are there."
        yield Problem(TRAIL, message, "doctor --fix" if MANIFEST in files else "nothing")


def wrong_card(snapshot: Snapshot, state: Dataset) -> Iterator[Problem]:
    """A card by which viewer and `load_dataset` would not read the right files as they are."""
    if CARD not in snapshot.files:
        yield Problem(CARD, "is missing: the viewer needs its `configs`.", "doctor --fix")
    elif CARD in state.changes(snapshot, month="", before=state):
        message = "does not say, between our markers, what the dataset holds."
        yield Problem(CARD, message, "doctor --fix")


def _why(state: Dataset, run_id: str, verb: str) -> str:
    if verb == "lacks":
        return "the best of its configuration."
    entry = state.runs.get(run_id)  # type: ignore[call-overload] # a run id, known or not
    reasons = () if entry is None else state.why_not_ranked(entry)
    return f"which is not ranked: {'; '.join(reasons)}." if reasons else "which is not the best."
