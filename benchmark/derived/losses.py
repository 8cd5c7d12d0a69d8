"""What was there when our last commit was made, and is gone: told by the manifest and the index.

Both name more than they hold, so what somebody removed by hand leaves a trace until they are made
anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import canonical, card
from benchmark.dataset import CARD
from benchmark.derived.index import listed
from benchmark.derived.manifest import MANIFEST, RUNS, of_any_release
from benchmark.errors import InvalidDataError
from benchmark.i18n import N_
from benchmark.said import SAID, as_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.dataset import Dataset
    from benchmark.derived.manifest import Manifest
    from benchmark.entry import RunId


class Losses(NamedTuple):
    """What is gone.

    Attributes:
        runs: those of which the id is known, sorted.
        least: how many there are at least, those of unknown id included.
        decisions: files of maintainers' words that are not what our last commit wrote, and may
            lack some.
        shorter: those of them that have fewer lines than it wrote.
        history: whether all of `runs/` is gone, with everything that would tell what was in it.
    """

    runs: tuple[RunId, ...]
    least: int
    decisions: tuple[str, ...]
    shorter: tuple[str, ...]
    history: bool = False

    def __bool__(self) -> bool:
        """Whether anything is."""
        return self.least > 0 or bool(self.decisions) or self.history


def losses(files: Mapping[str, bytes], state: Dataset) -> Losses:
    """What of a dataset is gone; nothing where it has neither manifest nor index.

    Args:
        files: path → content of its files.
        state: what they mean.
    """
    manifest = of_any_release(files.get(MANIFEST, b""))
    runs, least = _runs(files, state, manifest)
    decisions = {} if manifest is None else dict(_decisions(files, manifest))
    shorter = tuple(path for path, is_shorter in decisions.items() if is_shorter)
    return Losses(runs, least, tuple(decisions), shorter, _is_without_history(files, state))


def refuse_losses(files: Mapping[str, bytes], state: Dataset) -> None:
    """Refuse to build on a dataset that lacks what it held: what follows would hide it.

    Decisions that somebody changed or added by hand are that person's; some that are gone are not.

    Raises:
        InvalidDataError: if runs are gone, or decisions or attestations.
    """
    found = losses(files, state)
    told = _told(found)
    if not told:
        return
    raise InvalidDataError(f"{told} Nothing was changed.", hint=_RESTORE)


def _told(found: Losses) -> str:
    if found.history:
        return "The dataset lacks the folder runs/ that it held."
    if found.least:
        named = f" The first is {found.runs[0]}." if found.runs else ""
        return f"The dataset lacks {found.least} runs that it held.{named}"
    return f"The dataset lacks lines of {found.shorter[0]} that it held." if found.shorter else ""


def _is_without_history(files: Mapping[str, bytes], state: Dataset) -> bool:
    """A card of ours comes with a history, but for a dataset without any run."""
    is_bare = bool(state.runs) and not any(path.startswith(f"{RUNS}/") for path in files)
    return is_bare and card.tells_of_runs(files.get(CARD))


def strangers(files: Mapping[str, bytes], state: Dataset) -> frozenset[RunId]:
    """Runs that a leaderboard holds and no commit of ours wrote, where a manifest tells of those.

    Nobody has looked at them: not for their form, nor for a credential.

    Args:
        files: path → content of the dataset's files.
        state: what they mean.
    """
    if of_any_release(files.get(MANIFEST, b"")) is None:
        return frozenset()
    return frozenset(entry.run_id for entry in state.unlogged) - listed(files)


def _runs(
    files: Mapping[str, bytes], state: Dataset, manifest: Manifest | None
) -> tuple[tuple[RunId, ...], int]:
    indexed = listed(files)
    gone = tuple(sorted(indexed - state.runs.keys() - state.taken_down.keys()))
    if manifest is None:
        # Else it is the index that is not of this dataset.
        return (gone, len(gone)) if state.runs.keys() <= indexed else ((), 0)
    # Those that the manifest counts and that somebody took down by hand since.
    besides = len(state.lingering)
    fewer, held = manifest.runs - len(state.runs) - besides, len(state.logged) + besides
    # A line too many, or another one, is a fault of the index where all the runs are there.
    return (gone, max(len(gone), fewer)) if held < manifest.runs else ((), 0)


def _decisions(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[tuple[str, bool]]:
    """Files that say something else, and whether they say less.

    None can be lost where there were none, and the same in another form is the same.
    """
    for path, fact in manifest.said.items():
        if path not in SAID:  # of a later release
            continue
        data = as_written(path, files.get(path, b""))
        if fact.sha256 not in (_NONE, canonical.digest(data)):
            yield path, not data or data.count(b"\n") < fact.lines


_RESTORE = N_(
    "Somebody removed it by hand: restore the file from an earlier revision, or accept what is "
    "there by `rebuild --publish`. `doctor` says more."
)
_NONE = canonical.digest(b"")
