"""A dataset: its runs, what was decided on them, and the leaderboards that follow from that.

The state is grow-only sets, runs and three kinds of decisions on them: joining states is set union,
less the runs that have a tombstone. Both leaderboards are a pure function of them, so they are
never merged on their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from benchmark import card
from benchmark.attestation import (
    ATTESTATIONS,
    Attestation,
    decode_attestations,
    encode_attestations,
)
from benchmark.board.runs import runs_in
from benchmark.decisions import (
    CONFIRMATIONS,
    RETRACTIONS,
    TOMBSTONES,
    Confirmation,
    Retraction,
    Tombstone,
    decode_confirmations,
    decode_retractions,
    decode_tombstones,
    encode_decisions,
)
from benchmark.errors import BenchmarkError, InvalidDataError
from benchmark.fragment_names import check_name, fragment_path, is_fragment
from benchmark.hashing import Hashing
from benchmark.i18n import N_, Sentence
from benchmark.leaderboard import (
    decode,
    decode_fragments,
    decode_known,
    encode_ordered,
    encode_ordered_lines,
    in_order,
    known_in,
)
from benchmark.merge import leaderboard_of
from benchmark.said import SAID
from benchmark.schema import why_not_ranked
from benchmark.verdict import SOUND, Verdict
from benchmark.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from benchmark.entry import Entry, RunId
    from benchmark.leaderboard import Leaderboard, Snapshot
    from benchmark.watch import Watch

__all__ = [
    "BOARD_FILES",
    "CARD",
    "CONFIRMATIONS",
    "RETRACTIONS",
    "Confirmation",
    "Dataset",
    "Retraction",
    "board_of",
    "decode_confirmations",
    "decode_retractions",
    "fragment_path",
    "is_data",
    "is_fragment",
    "listed",
    "parse",
]

BOARD_FILES = {"single": "leaderboard_single.json", "multi": "leaderboard_multi.json"}
CARD = "README.md"

_RETRACTED = N_("retracted: {reason}")
_TAKEN_DOWN = N_("taken down: {reason}")


@dataclass(frozen=True)
class Dataset:
    """What a snapshot means.

    Attributes:
        runs: every run known, by run id; none that was taken down.
        logged: those of them that a fragment in `runs/` already holds.
        retractions: every retraction known.
        confirmations: every confirmation known.
        tombstones: every tombstone known.
        lingering: runs that were taken down and that a fragment still holds.
        attestations: every attestation known; they have no part in the leaderboards.
    """

    runs: Mapping[RunId, Entry] = field(default_factory=dict)
    logged: frozenset[RunId] = frozenset()
    retractions: frozenset[Retraction] = frozenset()
    confirmations: frozenset[Confirmation] = frozenset()
    tombstones: frozenset[Tombstone] = frozenset()
    lingering: frozenset[RunId] = frozenset()
    attestations: frozenset[Attestation] = frozenset()

    @cached_property
    def taken_down(self) -> Mapping[RunId, Tombstone]:
        """Run id → its tombstone, the first of several."""
        return {tombstone.run_id: tombstone for tombstone in sorted(self.tombstones, reverse=True)}

    @cached_property
    def known(self) -> Container[RunId]:
        """The runs that are there, and those that were: none of them is new."""
        return {*self.runs, *self.taken_down} if self.tombstones else self.runs

    @cached_property
    def taken_back(self) -> Mapping[RunId, list[str]]:
        """Run id → every reason for which it was retracted, in one order."""
        return _reasons(self.retractions)

    @cached_property
    def attested(self) -> Mapping[RunId, list[Attestation]]:
        """Run id → its attestations, in one order."""
        found: dict[RunId, list[Attestation]] = {}
        for attestation in sorted(self.attestations):
            found.setdefault(attestation.run_id, []).append(attestation)
        return found

    @cached_property
    def confirmed(self) -> frozenset[RunId]:
        """The runs of which a maintainer has lifted the verdict."""
        return frozenset(confirmation.run_id for confirmation in self.confirmations)

    @cached_property
    def vouched(self) -> Mapping[RunId, list[str]]:
        """Run id → every reason for which its verdict was lifted, in one order."""
        return _reasons(self.confirmations)

    @cached_property
    def boards(self) -> Mapping[str, Leaderboard]:
        """Board name ("single", "multi") → leaderboard, of the runs that nobody took back."""
        retracted = {retraction.run_id for retraction in self.retractions}
        ranked: dict[str, list[Entry]] = {name: [] for name in BOARD_FILES}
        for run_id, entry in self.runs.items():
            if run_id not in retracted:
                ranked[board_of(entry)].append(entry)
        return {name: leaderboard_of(runs, self.confirmed) for name, runs in ranked.items()}

    @property
    def unlogged(self) -> list[Entry]:
        """Runs that no fragment in `runs/` holds yet."""
        return [entry for run_id, entry in self.runs.items() if run_id not in self.logged]

    def joined(
        self,
        entries: Iterable[Entry],
        retractions: Iterable[Retraction] = (),
        confirmations: Iterable[Confirmation] = (),
        tombstones: Iterable[Tombstone] = (),
    ) -> Dataset:
        """This dataset and these runs and decisions."""
        runs = {entry.run_id: entry for entry in entries}
        state = replace(
            self,
            runs={**runs, **self.runs},
            retractions=self.retractions | set(retractions),
            confirmations=self.confirmations | set(confirmations),
            tombstones=self.tombstones | set(tombstones),
        )
        return _without_taken_down(state) if state.tombstones else state

    def with_attestations(self, attestations: Iterable[Attestation]) -> Dataset:
        """This dataset and these attestations."""
        state = replace(self, attestations=self.attestations | set(attestations))
        return _without_taken_down(state) if state.tombstones else state

    def why_not_ranked(self, entry: Entry) -> tuple[str, ...]:
        """Why `entry` cannot be in a leaderboard; empty when it may be ranked."""
        if entry.run_id in self.taken_down:
            return (Sentence(_TAKEN_DOWN, reason=self.taken_down[entry.run_id].reason),)
        reasons = why_not_ranked(entry, confirmed=entry.run_id in self.confirmed)
        if entry.run_id not in self.taken_back:
            return reasons
        taken_back = self.taken_back[entry.run_id]
        return (*reasons, *(Sentence(_RETRACTED, reason=reason) for reason in taken_back))

    def why_doubtful(self, entry: Entry) -> tuple[str, ...]:
        """Why `entry`, which may be ranked, comes behind others; empty where it does not."""
        if not entry.is_doubtful(confirmed=entry.run_id in self.confirmed):
            return ()
        if self.why_not_ranked(entry):
            return ()
        return tuple(reason.text for reason in entry.verdict.reasons)

    def verdict_on(self, entry: Entry) -> Verdict:
        """Whether `entry` can be believed: what somebody has confirmed can."""
        return Verdict(SOUND) if entry.run_id in self.confirmed else entry.verdict

    def changes(
        self,
        snapshot: Snapshot,
        *,
        month: str,
        before: Dataset | None = None,
        hashing: Hashing | None = None,
    ) -> dict[str, bytes]:
        """The files that differ from `snapshot` once it holds this dataset.

        Args:
            snapshot: what the dataset holds now.
            month: yyyy-mm, the folder of the new fragment.
            before: what `snapshot` means, where it was parsed already.
            hashing: who will be asked for the sha-256 of the leaderboards.

        Raises:
            BenchmarkError: if writing them would lose a run or a configuration: a bug, caught
                before it can do harm.
        """
        holding, files = self._files_of_runs(month)
        if hashing:
            for path in BOARD_FILES.values():
                hashing.begin(files[path])
        if self.retractions:
            files[RETRACTIONS] = encode_decisions(self.retractions)
        if self.confirmations:
            files[CONFIRMATIONS] = encode_decisions(self.confirmations)
        if self.tombstones:
            files[TOMBSTONES] = encode_decisions(self.tombstones)
        if self.attestations or ATTESTATIONS in snapshot.files:
            files[ATTESTATIONS] = encode_attestations(self.attestations)
        known = before or parse(snapshot)
        # What was taken down may have had fields of its own, of which the card tells.
        anew = bool(self.lingering or self.tombstones - known.tombstones)
        files |= self._card(snapshot, files, anew=anew)
        changed = {path: data for path, data in files.items() if snapshot.files.get(path) != data}
        self._refuse_to_lose(known, {**snapshot.files, **changed}, holding)
        return changed

    def _files_of_runs(self, month: str) -> tuple[dict[str, list[Entry]], dict[str, bytes]]:
        """Path → what it holds, and path → content: of the leaderboards and the new fragment."""
        hashing = Hashing()
        unlogged = in_order(self.unlogged)
        fragment = encode_ordered_lines(unlogged)
        hashing.begin(fragment)
        holding = {BOARD_FILES[name]: in_order(self.boards[name].values()) for name in BOARD_FILES}
        files = {path: encode_ordered(entries) for path, entries in holding.items()}
        if unlogged:
            path = fragment_path(fragment, month, hashing.digest)
            holding[path], files[path] = unlogged, fragment
        return holding, files

    def _card(
        self, snapshot: Snapshot, files: Mapping[str, bytes], *, anew: bool
    ) -> dict[str, bytes]:
        """The dataset card, if it is ours to write, beside the files of the leaderboards."""
        before = snapshot.files.get(CARD)
        asks_all = anew or card.is_silent_on_columns(before)
        names = card.names_in(self.runs.values() if asks_all else self.unlogged)
        boards = [files[file] for file in BOARD_FILES.values()]
        after = card.written(
            before, boards, names, name=snapshot.name, confirmed=self.confirmed, anew=anew
        )
        return {} if after is None else {CARD: after}

    def _refuse_to_lose(
        self, before: Dataset, files: Mapping[str, bytes], holding: Mapping[str, Sequence[Entry]]
    ) -> None:
        """Look at what will be there: every run, key, decision must still be in it.

        The lines say it, and nothing has to be parsed once more; `holding` is what is expected.
        """
        held = {path: runs_in(files[path], entries) for path, entries in holding.items()}
        written: set[RunId] = set().union(*held.values())
        retractions = decode_retractions(files.get(RETRACTIONS, b""))
        confirmations = decode_confirmations(files.get(CONFIRMATIONS, b""))
        tombstones = decode_tombstones(files.get(TOMBSTONES, b""))
        gone = {tombstone.run_id for tombstone in tombstones}
        kept = before.logged | written | gone >= before.runs.keys() and not written & gone
        kept = kept and retractions >= before.retractions and tombstones >= before.tombstones
        kept = kept and confirmations >= before.confirmations
        attested = {signed for signed in before.attestations if signed.run_id not in gone}
        kept = kept and decode_attestations(files.get(ATTESTATIONS, b"")) >= attested
        if (retractions, tombstones) == (before.retractions, before.tombstones):
            for name, file in BOARD_FILES.items():
                now, runs = self.boards[name], held[file]
                keys = before.boards[name].keys()
                kept = kept and all(key in now and now[key].run_id in runs for key in keys)
        if not kept:
            raise BenchmarkError(
                "The new files would lose data that the dataset holds; nothing was written.",
                hint=N_("This is a bug: please report it with the dataset's revision."),
            )


def _reasons(decisions: Iterable[Retraction | Confirmation]) -> dict[RunId, list[str]]:
    reasons: dict[RunId, list[str]] = {}
    for decision in sorted(decisions):
        reasons.setdefault(decision.run_id, []).append(decision.reason)
    return reasons


def _without_taken_down(state: Dataset) -> Dataset:
    gone = state.taken_down.keys()
    runs = {run_id: entry for run_id, entry in state.runs.items() if run_id not in gone}
    lingering = state.lingering | (state.logged & gone)
    # Where a run came from is part of what it said.
    attested = frozenset(signed for signed in state.attestations if signed.run_id not in gone)
    kept = replace(state, logged=state.logged - gone, lingering=lingering, attestations=attested)
    return replace(kept, runs=runs)


def board_of(entry: Entry) -> str:
    """Which leaderboard an entry belongs to."""
    return "multi" if entry.node_count > 1 else "single"


def is_data(path: str) -> bool:
    """Whether a file of the repository is part of the dataset's state."""
    known = {*BOARD_FILES.values(), *SAID, CARD}
    return path in known or is_fragment(path)


def parse(snapshot: Snapshot, *, watch: Watch = unwatched) -> Dataset:
    """The dataset that a snapshot holds; entries that only a leaderboard file has are adopted.

    Args:
        snapshot: what was read.
        watch: is given the fragments, and told how far reading them is.

    Raises:
        InvalidDataError: if a file of it cannot be read; nothing may be written on top of it.
    """
    files = dict(snapshot.files)
    fragments = {path: data for path, data in files.items() if is_fragment(path)}
    try:
        held = dict(decode_fragments(fragments, watch))
        known = known_in(held.values())
        boards = {
            file: decode_known(files[file], known, file=file)
            for file in BOARD_FILES.values()
            if file in files
        }
        return parsed(files, held, boards)
    except InvalidDataError as error:
        raise InvalidDataError(
            f"The dataset cannot be understood at revision {snapshot.revision[:8]}: {error}",
            error.violations,
            hint=N_("Nothing was changed. Restore the file from an earlier revision."),
        ) from None


def parsed(
    files: Mapping[str, bytes],
    fragments: Mapping[str, list[Entry]],
    boards: Mapping[str, list[Entry]],
) -> Dataset:
    """As `parse`, of files whose entries were read already.

    Args:
        files: path → content.
        fragments: path → the runs in it.
        boards: path → the entries of a leaderboard.

    Raises:
        InvalidDataError: a fragment was changed, or what people said cannot be read.
    """
    for path, entries in fragments.items():
        check_name(path, files[path], entries)
    logged, listed = (
        {entry.run_id: entry for entries in held.values() for entry in entries}
        for held in (fragments, boards)
    )
    state = Dataset(
        runs={**listed, **logged},
        logged=frozenset(logged),
        retractions=decode_retractions(files.get(RETRACTIONS, b"")),
        confirmations=decode_confirmations(files.get(CONFIRMATIONS, b"")),
        attestations=decode_attestations(files.get(ATTESTATIONS, b"")),
    )
    return state.joined((), tombstones=decode_tombstones(files.get(TOMBSTONES, b"")))


def listed(snapshot: Snapshot) -> dict[str, int]:
    """Board name → entries in its file, ranked or not.

    Raises:
        InvalidDataError: as `parse`.
    """
    return {
        name: len(decode(snapshot.files.get(file, b"[]"), file=file))
        for name, file in BOARD_FILES.items()
    }
