"""Changes that add no runs: conditional, repeated on a conflict, never empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark import dataset
from benchmark.amend import Amendment, amend
from benchmark.dataset import BOARD_FILES, CARD, RETRACTIONS, Dataset, Retraction
from benchmark.errors import ConflictError, UsageError
from benchmark.leaderboard import decode
from benchmark.retry import RetryPolicy
from tests.support.entries import run
from tests.support.memory_store import STILL, MemoryHub

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmark.leaderboard import Revision, Snapshot

SINGLE = BOARD_FILES["single"]
ROW = Retraction(run(2).run_id, "wrong chip", "somebody", "2026-01-01")


class Faulty:
    """A hub as a store whose first commits meet these faults."""

    def __init__(self, hub: MemoryHub, *faults: str) -> None:
        """Let the calls of `commit` fail in this order, then no more."""
        self.hub = hub
        self.faults = list(faults)

    def read(self) -> Snapshot:
        """As Store.read."""
        return self.hub.read()

    def commit(self, files: Mapping[str, bytes], *, parent: Revision, message: str) -> Revision:
        """As Store.commit."""
        assert message == "Take a run back"
        return self.hub.commit(files, parent, self.faults.pop(0) if self.faults else "none")


def hub_with_runs() -> MemoryHub:
    """A dataset of two runs of one configuration."""
    hub = MemoryHub()
    files = Dataset().joined([run(1), run(2)]).changes(hub.head, month="2026-01")
    hub.commit(files, hub.head.revision)
    return hub


def amended(store: Faulty, edit: Callable[[Dataset], Dataset], attempts: int = 9) -> Amendment:
    """What `amend` did."""
    policy = RetryPolicy(max_attempts=attempts)
    return amend(
        store,
        edit,
        title="Take a run back",
        policy=policy,
        clockwork=STILL,
        month=lambda: "2026-01",
    )


def retract(state: Dataset) -> Dataset:
    """Take the better run back."""
    return state.joined((), [ROW])


def test_a_retraction_is_one_commit_of_what_differs() -> None:
    """The leaderboard and the retractions, the card that shows them, no fragment."""
    hub = hub_with_runs()
    done = amended(Faulty(hub), retract)
    assert done.files == (CARD, SINGLE, RETRACTIONS)
    assert done.revision == hub.head.revision
    assert decode(hub.head.files[SINGLE], file="f") == [run(1)]
    assert done.dataset.retractions == {ROW}


def test_what_is_as_it_should_be_is_not_committed() -> None:
    """Rebuilding a good dataset writes nothing, and so does the same retraction twice."""
    hub = hub_with_runs()
    assert amended(Faulty(hub), lambda state: state).files == ()
    amended(Faulty(hub), retract)
    commits = len(hub.history)
    again = amended(Faulty(hub), retract)
    assert (again.files, again.revision, len(hub.history)) == ((), hub.head.revision, commits)


def test_a_leaderboard_that_was_spoilt_is_recomputed() -> None:
    """To the same bytes."""
    hub = hub_with_runs()
    good = hub.head.files[SINGLE]
    hub.commit({SINGLE: b"[]\n"}, hub.head.revision)
    assert amended(Faulty(hub), lambda state: state).files == (SINGLE,)
    assert hub.head.files[SINGLE] == good


@pytest.mark.parametrize(
    "fault", ["conflict", "busy", "lost before applying", "lost after applying"]
)
def test_a_fault_does_not_apply_it_twice(fault: str) -> None:
    """One commit in the end."""
    hub = hub_with_runs()
    commits = len(hub.history)
    done = amended(Faulty(hub, fault), retract)
    assert len(hub.history) == commits + 1
    assert dataset.parse(hub.head).retractions == done.dataset.retractions == {ROW}


def test_it_gives_up_at_the_attempt_limit() -> None:
    """With the conflict as its reason, having written nothing."""
    hub = hub_with_runs()
    commits = len(hub.history)
    with pytest.raises(ConflictError):
        amended(Faulty(hub, *["conflict"] * 9), retract, attempts=3)
    assert len(hub.history) == commits


def test_an_edit_that_refuses_stops_it() -> None:
    """Such as a retraction of a run that is not there."""

    def refuse(state: Dataset) -> Dataset:
        raise UsageError(f"{len(state.runs)} runs, not that one")

    hub = hub_with_runs()
    with pytest.raises(UsageError, match="2 runs"):
        amended(Faulty(hub), refuse)
