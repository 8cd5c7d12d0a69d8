"""Several publishers, every interleaving, every fault: the result is the fold of merge."""

from __future__ import annotations

import tempfile
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from benchmark.dataset import BOARD_FILES, board_of, parse
from benchmark.derived import files as derived
from benchmark.leaderboard import encode
from benchmark.merge import leaderboard_of, merge
from benchmark.publish import Publication
from benchmark.submission import data_files
from tests.support import entries
from tests.support.memory_store import (
    COMMIT_FAULTS,
    READ_FAULTS,
    MemoryHub,
    SteppedPublisher,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.entry import Entry

RUNS = st.builds(
    lambda tps, model, nodes: entries.entry(
        {
            "metrics.throughput_tps": tps,
            "model.name": model,
            "cluster": {"node_count": 2} if nodes == 2 else None,
        }
    ),
    tps=st.sampled_from([0, 90, 100, 104, 108]),
    model=st.sampled_from(["gpt2", "llama"]),
    nodes=st.sampled_from([1, 1, 2]),
)


@pytest.fixture(autouse=True, scope="module")
def _few() -> Iterator[None]:
    """What is done with many runs is done with few."""
    with mock.patch.object(derived, "FEW", 0):
        yield


class Publishers(RuleBasedStateMachine):
    """Each rule lets one publisher make one call to the store, with a fault or without."""

    publishers = Bundle("publishers")
    tells = True

    def __init__(self) -> None:
        super().__init__()
        self.hub = MemoryHub(tells=self.tells)
        self.folder = tempfile.TemporaryDirectory()
        self.meanings = [parse(self.hub.head)]
        self.submitted: list[tuple[SteppedPublisher, list[Entry], Path]] = []

    @rule(target=publishers, runs=st.lists(RUNS, min_size=1, max_size=3))
    def starts(self, runs: list[Entry]) -> SteppedPublisher:
        """A contributor's results arrive."""
        folder = Path(self.folder.name) / str(len(self.submitted))
        entries.write(folder, "leaderboard_single.json", *runs)
        publisher = SteppedPublisher(self.hub, data_files(folder))
        self.submitted.append((publisher, runs, folder))
        return publisher

    @rule(publisher=publishers, data=st.data())
    def makes_a_call(self, publisher: SteppedPublisher, data: st.DataObject) -> None:
        """The next call of one publisher, met by some fault."""
        if not publisher.done:
            faults = READ_FAULTS if publisher.waiting_for == "read" else COMMIT_FAULTS
            publisher.step(data.draw(st.sampled_from(faults)))

    @rule(publisher=consumes(publishers))
    def has_no_more_trouble(self, publisher: SteppedPublisher) -> None:
        """The Hub works for this publisher from now on."""
        publisher.finish()

    @invariant()
    def no_commit_is_empty_and_none_loses_a_run_or_a_configuration(self) -> None:
        """Every commit of the history adds to the one before."""
        while len(self.meanings) < len(self.hub.history):
            before, after = self.meanings[-1], parse(self.hub.history[len(self.meanings)])
            assert after.runs.keys() > before.runs.keys()
            for name, board in before.boards.items():
                assert after.boards[name].keys() >= board.keys()
            self.meanings.append(after)

    @invariant()
    def whoever_was_told_success_is_in(self) -> None:
        """Success is never reported for runs that the head does not hold."""
        held = parse(self.hub.head).runs.keys() if self.submitted else set()
        for publisher, runs, _ in self.submitted:
            if isinstance(publisher.outcome, Publication):
                assert held >= {run.run_id for run in runs}

    def teardown(self) -> None:
        """Once everybody has tried again, the head is the fold of merge over everything."""
        for publisher, _, folder in self.submitted:
            publisher.finish()
            SteppedPublisher(self.hub, data_files(folder)).finish()
        runs = [run for _, submitted, _ in self.submitted for run in submitted]
        self._check_head(runs)
        self.folder.cleanup()

    def _check_head(self, runs: list[Entry]) -> None:
        head = self.hub.head
        for name, file in BOARD_FILES.items():
            singles = [leaderboard_of([run]) for run in runs if board_of(run) == name]
            expected = encode(reduce(merge, singles, {}).values())
            assert head.files.get(file, b"[]\n") == expected
        assert parse(head).runs.keys() == {run.run_id for run in runs}
        assert parse(head).logged == parse(head).runs.keys()


class PublishersOfASilentHub(Publishers):
    """Nobody can tell whether the manifest still fits, so everything is read each time."""

    tells = False


TestPublishers = Publishers.TestCase
TestPublishersOfASilentHub = PublishersOfASilentHub.TestCase
for case in (TestPublishers, TestPublishersOfASilentHub):
    case.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
