"""What was there when our last commit was made, and is gone: told by the manifest and the index.

Both name more than they hold, so what somebody removed by hand leaves a trace until they are made
anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import canonical
from benchmark.decisions import (
    CONFIRMATIONS,
    RETRACTIONS,
    TOMBSTONES,
    decode_confirmations,
    decode_retractions,
    decode_tombstones,
    encode_decisions,
)
from benchmark.derived.index import listed
from benchmark.derived.manifest import MANIFEST, decode
from benchmark.errors import InvalidDataError
from benchmark.i18n import N_

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
        decisions: files of decisions that are not what our last commit wrote, and may lack some.
    """

    runs: tuple[RunId, ...]
    least: int
    decisions: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether anything is."""
        return self.least > 0 or bool(self.decisions)


def losses(files: Mapping[str, bytes], state: Dataset) -> Losses:
    """What of a dataset is gone; nothing where it has neither manifest nor index.

    Args:
        files: path → content of its files.
        state: what they mean.
    """
    manifest = decode(files.get(MANIFEST, b""))
    runs, least = _runs(files, state, manifest)
    decisions = () if manifest is None else tuple(_decisions(files, manifest))
    return Losses(runs, least, decisions)


def refuse_losses(files: Mapping[str, bytes], state: Dataset) -> None:
    """Refuse to build on a dataset that lacks what it held: what follows would hide it.

    Decisions that somebody changed by hand are that person's; a file of them that is gone is not.

    Raises:
        InvalidDataError: if runs are gone, or all decisions of a kind.
    """
    found = losses(files, state)
    gone = [path for path in found.decisions if not files.get(path)]
    if not (found.least or gone):
        return
    named = f" The first is {found.runs[0]}." if found.runs else ""
    runs = f"The dataset lacks {found.least} runs that it held.{named}"
    told = runs if found.least else f"The dataset lacks {gone[0]}, which it held."
    raise InvalidDataError(f"{told} Nothing was changed.", hint=_RESTORE)


def strangers(files: Mapping[str, bytes], state: Dataset) -> frozenset[RunId]:
    """Runs that a leaderboard holds and no commit of ours wrote, where a manifest tells of those.

    Nobody has looked at them: not for their form, nor for a credential.

    Args:
        files: path → content of the dataset's files.
        state: what they mean.
    """
    if decode(files.get(MANIFEST, b"")) is None:
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


def _decisions(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[str]:
    """None can be lost where there were none, and the same in another form is the same."""
    retractions = encode_decisions(decode_retractions(files.get(RETRACTIONS, b"")))
    confirmations = encode_decisions(decode_confirmations(files.get(CONFIRMATIONS, b"")))
    tombstones = encode_decisions(decode_tombstones(files.get(TOMBSTONES, b"")))
    for path, data, written in (
        (RETRACTIONS, retractions, manifest.retractions),
        (CONFIRMATIONS, confirmations, manifest.confirmations),
        (TOMBSTONES, tombstones, manifest.tombstones),
    ):
        if written not in {None, _NONE, canonical.digest(data)}:
            yield path


_RESTORE = N_(
    "Somebody removed it by hand: restore the file from an earlier revision, or accept what is "
    "there by `rebuild --publish`. `doctor` says more."
)
_NONE = canonical.digest(b"")
