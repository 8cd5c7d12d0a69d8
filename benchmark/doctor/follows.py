"""What must follow from the runs: leaderboards, manifest, index, trail and card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import card
from benchmark.dataset import BOARD_FILES, CARD, board_of, is_data
from benchmark.derived import (
    MANIFEST,
    PAGE,
    TRAIL,
    differing,
    is_derived,
    losses,
    strangers,
    trail_fits,
)
from benchmark.doctor.check import Problem
from benchmark.i18n import N_
from benchmark.page import is_torn, misfits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from benchmark.dataset import Dataset
    from benchmark.doctor.contents import Contents
    from benchmark.entry import RunId
    from benchmark.leaderboard import Snapshot

_MISSING = N_("is missing.")
_RESTORE = N_(
    "Restore the file from an earlier revision, or accept what is there by `rebuild --publish`."
)
_REMOVE = N_("Remove it there and run `doctor --fix`, or accept it by `rebuild --publish`.")
_NAMED = 3
"""Lines of a leaderboard that are named, of those that are wrong."""


def wrong_boards(contents: Contents, state: Dataset) -> Iterator[Problem]:
    """Leaderboards that are not what the runs and people's decisions make of them."""
    if _is_new(contents.files):
        return
    for name, file in BOARD_FILES.items():
        if file not in contents.boards:
            yield Problem.of(file, "doctor --fix", _MISSING)
            continue
        expected = {run.run_id for run in state.boards[name].values()}
        found = {run.run_id for run in contents.boards[file]}
        yield from _named(
            file, N_("lacks run {run}, the best of its configuration."), expected - found
        )
        for run_id in sorted(found - expected)[:_NAMED]:
            message = N_("holds run {run}, which does not belong there: {why}.")
            why = _why_not(file, state, run_id)
            yield Problem.of(file, "doctor --fix", message, run=run_id[:12], why=why)
        yield from _more(file, len(found - expected))


def lost(files: Mapping[str, bytes], state: Dataset) -> Iterator[Problem]:
    """What is gone since our last commit: from then on everything would follow from the rest."""
    gone = losses(files, state)
    if gone.history:
        message = N_("is gone, and the card is that of a dataset with a history. {advice}")
        yield Problem.of("runs", "by hand", message, advice=_RESTORE)
    for run_id in gone.runs[:_NAMED]:
        message = N_("lacks run {run}, which the index names. {advice}")
        yield Problem.of("runs", "by hand", message, run=run_id[:12], advice=_RESTORE)
    if gone.least > len(gone.runs[:_NAMED]):
        message = N_("lacks {count} runs in all that were there at our last commit. {advice}")
        yield Problem.of("runs", "by hand", message, count=gone.least, advice=_RESTORE)
    for file in gone.decisions:
        message = N_("is not what our last commit wrote: decisions may be lost. {advice}")
        yield Problem.of(file, "by hand", message, advice=_RESTORE)


def not_logged(files: Mapping[str, bytes], state: Dataset) -> Iterator[Problem]:
    """Runs that a leaderboard holds and the history does not."""
    strange = strangers(files, state)
    for run_id in sorted(strange)[:_NAMED]:
        message = N_("lacks run {run}, which somebody put into a leaderboard by hand. {advice}")
        yield Problem.of("runs", "by hand", message, run=run_id[:12], advice=_REMOVE)
    missing = {entry.run_id for entry in state.unlogged} - strange
    yield from _named("runs", N_("lacks run {run}, which a leaderboard holds."), missing)


def _named(file: str, message: str, runs: Collection[RunId]) -> Iterator[Problem]:
    """A problem for each of some runs, of which the first are named."""
    for run_id in sorted(runs)[:_NAMED]:
        yield Problem.of(file, "doctor --fix", message, run=run_id[:12])
    yield from _more(file, len(runs))


def _more(file: str, count: int) -> Iterator[Problem]:
    if count > _NAMED:
        message = N_("has {count} more problems like the last.")
        yield Problem.of(file, "doctor --fix", message, count=count - _NAMED)


def wrong_derived(snapshot: Snapshot, state: Dataset) -> Iterator[Problem]:
    """Manifest and index that do not say what is there; a dataset may be without."""
    if not any(is_derived(path) and data for path, data in snapshot.files.items()):
        return
    boards = set(BOARD_FILES.values()) - snapshot.files.keys()
    for path in differing(snapshot, state, {}) if not boards else ():
        if path in snapshot.files:
            message = N_("does not say what the dataset holds.")
            yield Problem.of(path, "doctor --fix", message)
        else:
            yield Problem.of(path, "doctor --fix", _MISSING)


def wrong_trail(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """A trail that leads somewhere else, or is none beside a manifest."""
    if not all(file in files for file in BOARD_FILES.values()):
        return
    if TRAIL not in files:
        if MANIFEST in files:
            yield Problem.of(TRAIL, "doctor --fix", _MISSING)
    elif not trail_fits(files):
        message = N_("does not lead to the leaderboards that are there.")
        yield Problem.of(TRAIL, "doctor --fix" if MANIFEST in files else "nothing", message)


def wrong_card(snapshot: Snapshot, state: Dataset) -> Iterator[Problem]:
    """A card by which viewer and `load_dataset` would not read the right files as they are."""
    if _is_new(snapshot.files):
        return
    if CARD not in snapshot.files:
        yield Problem.of(CARD, "doctor --fix", _MISSING)
    elif (obstacle := card.obstacle(snapshot.files[CARD])) is not None:
        yield Problem.of(CARD, "by hand", obstacle)
    elif CARD in state.changes(snapshot, month="", before=state):
        message = N_("does not say, between our markers, what the dataset holds.")
        yield Problem.of(CARD, "doctor --fix", message)


def wrong_page(snapshot: Snapshot) -> Iterator[Problem]:
    """A page in the dataset, or the file beside it, that shows something else."""
    if is_torn(snapshot.files.get(PAGE)):
        message = N_("is empty or cut off. Make it again by `publish --page`, or delete it.")
        yield Problem.of(PAGE, "by hand", message)
    for path, content in sorted(misfits(snapshot).items()):
        message = N_("does not show what the dataset holds.")
        if content is None:
            message = N_("belongs to no page.")
        elif path not in snapshot.files:
            message = _MISSING
        yield Problem.of(path, "doctor --fix", message)


def _is_new(files: Mapping[str, bytes]) -> bool:
    """Whether nothing was ever published: the first publish writes all that is missing."""
    return not any(is_data(path) for path in files.keys() - {CARD})


def _why_not(file: str, state: Dataset, run_id: RunId) -> str:
    if run_id in state.taken_down:
        return N_("taken down")
    entry = state.runs.get(run_id)
    if entry is not None and BOARD_FILES[board_of(entry)] != file:
        return N_("it is of the other leaderboard")
    reasons = () if entry is None else state.why_not_ranked(entry)
    return "; ".join(reasons) or N_("another run is better")
