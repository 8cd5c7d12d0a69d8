"""Publishers and maintainers at once, every interleaving, every fault: nothing accepted is lost.

Maintainers retract, confirm, attest, take down, rebuild, repair and compact what they read a while
ago.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from benchmark.amend import Proposal, edited
from benchmark.attestation import Attestation
from benchmark.compaction import compaction_of
from benchmark.dataset import BOARD_FILES, Dataset, parse
from benchmark.decisions import Confirmation, Retraction, Tombstone
from benchmark.derived import files as derived
from benchmark.derived import fitting, repairs
from benchmark.doctor import examined, treated
from benchmark.errors import BenchmarkError
from benchmark.leaderboard import Snapshot, encode
from benchmark.publish import Publication
from benchmark.submission import data_files
from tests.support import entries
from tests.support.memory_store import COMMIT_FAULTS, READ_FAULTS, MemoryHub, SteppedPublisher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.entry import Entry, RunId

MONTH = "2026-01"
RUNS = st.builds(
    lambda tps, model: entries.entry(
        {"metrics.throughput_tps": tps, "metrics.tpot_ms": None, "model.name": model}
    ),
    tps=st.sampled_from([0, 90, 100, 104, 108, 9e14]),
    model=st.sampled_from(["gpt2", "llama"]),
)


@pytest.fixture(autouse=True, scope="module")
def _few() -> Iterator[None]:
    """What is done with many runs is done with few."""
    with mock.patch.object(derived, "FEW", 0):
        yield


def retracting(snapshot: Snapshot, run_id: RunId) -> Proposal:
    """As `retract`."""
    row = Retraction(run_id, "why", "who", "when")
    return edited(snapshot, lambda state: state.joined((), [row]), month=MONTH)


def confirming(snapshot: Snapshot, run_id: RunId) -> Proposal:
    """As `confirm`."""
    row = Confirmation(run_id, "why", "who", "when")
    return edited(snapshot, lambda state: state.joined((), confirmations=[row]), month=MONTH)


def taking_down(snapshot: Snapshot, run_id: RunId) -> Proposal:
    """As `takedown`."""
    row = Tombstone(run_id, "why", "who", "when")
    return edited(snapshot, lambda state: state.joined((), tombstones=[row]), month=MONTH)


def attesting(snapshot: Snapshot, run_id: RunId) -> Proposal:
    """As `attest`, of a run that is there."""
    state = parse(snapshot)
    rows = [Attestation(run_id, *"abcd", "who", "when")] if run_id in state.runs else []
    return edited(snapshot, lambda state: state.with_attestations(rows), month=MONTH)


def rebuilding(snapshot: Snapshot, _: RunId) -> Proposal:
    """As `rebuild`."""
    return edited(snapshot, lambda state: state, month=MONTH)


def repairing(snapshot: Snapshot, _: RunId) -> Proposal:
    """As `doctor --fix`."""
    return treated(snapshot, month=MONTH)


def compacting(snapshot: Snapshot, _: RunId) -> Proposal:
    """As `compact`."""
    state = parse(snapshot)
    changes = compaction_of(snapshot.files, state.lingering).changes
    return Proposal(changes, repairs(snapshot, state, changes) if changes else {}, state)


DEEDS = (retracting, confirming, taking_down, attesting, rebuilding, repairing, compacting)


class Everybody(RuleBasedStateMachine):
    """Each rule is one call to the store, with a fault or without."""

    publishers: Bundle[SteppedPublisher] = Bundle("publishers")
    proposals: Bundle[tuple[Snapshot, Proposal]] = Bundle("proposals")

    def __init__(self) -> None:
        super().__init__()
        self.hub = MemoryHub()
        self.folder = tempfile.TemporaryDirectory()
        self.meanings = [parse(self.hub.head)]
        self.submitted: list[tuple[SteppedPublisher, list[Entry]]] = []

    @rule(target=publishers, runs=st.lists(RUNS, min_size=1, max_size=3))
    def starts(self, runs: list[Entry]) -> SteppedPublisher:
        """A contributor's results arrive."""
        folder = Path(self.folder.name) / str(len(self.submitted))
        entries.write(folder, "leaderboard_single.json", *runs)
        publisher = SteppedPublisher(self.hub, data_files(folder))
        self.submitted.append((publisher, runs))
        return publisher

    @rule(publisher=publishers, data=st.data())
    def publishes(self, publisher: SteppedPublisher, data: st.DataObject) -> None:
        """The next call of one publisher."""
        if not publisher.done:
            faults = READ_FAULTS if publisher.waiting_for == "read" else COMMIT_FAULTS
            publisher.step(data.draw(st.sampled_from(faults)))

    @rule(target=proposals, deed=st.sampled_from(DEEDS), run=RUNS)
    def reads(
        self, deed: Callable[[Snapshot, RunId], Proposal], run: Entry
    ) -> tuple[Snapshot, Proposal]:
        """A maintainer looks at the dataset and decides."""
        return self.hub.head, deed(self.hub.head, run.run_id)

    @rule(proposal=consumes(proposals), fault=st.sampled_from(COMMIT_FAULTS))
    def commits(self, proposal: tuple[Snapshot, Proposal], fault: str) -> None:
        """… and commits, perhaps too late."""
        snapshot, made = proposal
        if made.files:
            try:
                self.hub.commit({**made.changed, **made.derived}, snapshot.revision, fault)
            except BenchmarkError:
                return

    @invariant()
    def nothing_that_was_known_is_forgotten(self) -> None:
        """Every run is there or taken down, every decision stands, every board is the fold."""
        while len(self.meanings) < len(self.hub.history):
            snapshot = self.hub.history[len(self.meanings)]
            before, after = self.meanings[-1], parse(snapshot)
            assert known(after) >= known(before)
            assert after.retractions >= before.retractions
            assert after.confirmations >= before.confirmations
            assert after.tombstones >= before.tombstones
            gone = {one for one in before.attestations if one.run_id in after.taken_down}
            assert after.attestations >= before.attestations - gone
            for name, file in BOARD_FILES.items():
                assert snapshot.files[file] == encode(after.boards[name].values())
            self.meanings.append(after)

    @invariant()
    def what_was_taken_down_is_in_no_file(self) -> None:
        """Not at the head, whoever committed it."""
        head = self.hub.head
        gone = parse(head).taken_down
        for _, runs in self.submitted:
            for run in runs:
                if run.run_id in gone:
                    assert not any(run.canonical in data for data in head.files.values())

    @invariant()
    def whoever_was_told_success_is_known(self) -> None:
        """Success is never reported for runs that the head has never heard of."""
        held = known(parse(self.hub.head)) if self.submitted else set()
        for publisher, runs in self.submitted:
            if isinstance(publisher.outcome, Publication):
                assert held >= {run.run_id for run in runs}

    def teardown(self) -> None:
        """In the end the dataset is well, and the next publish need not read the history."""
        for publisher, _ in self.submitted:
            publisher.finish()
        head = self.hub.head
        if parse(head).runs:
            wrong = {check.name for check in examined(head) if not check.holds}
            assert wrong <= {"no-orphans"}
            assert fitting(head) is not None
        self.folder.cleanup()


def known(state: Dataset) -> set[RunId]:
    """The runs that are there, and those that were."""
    return {*state.runs, *state.taken_down}


TestEverybody = Everybody.TestCase
TestEverybody.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
