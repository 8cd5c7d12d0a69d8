"""Changes to a dataset that add no runs: leaderboards computed anew, a run taken back or down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import dataset
from benchmark.derived import refuse_losses, repairs
from benchmark.fragments import without
from benchmark.hashing import Hashing
from benchmark.retry import until_done

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.dataset import Dataset
    from benchmark.leaderboard import Changes, Revision, Snapshot
    from benchmark.retry import Clockwork, RetryPolicy
    from benchmark.store import Store


class Amendment(NamedTuple):
    """What was done.

    Attributes:
        revision: the revision that holds it.
        files: the paths that were written or removed; empty where everything was as it should be.
            Manifest, index and trail follow from the others and are named only where nothing else
            was written.
        dataset: the dataset now.
    """

    revision: Revision
    files: tuple[str, ...]
    dataset: Dataset


class Proposal(NamedTuple):
    """What to make of a snapshot.

    Attributes:
        changed: what to write and remove.
        derived: the same of manifest, index and trail.
        dataset: what it means then.
    """

    changed: Changes
    derived: Changes
    dataset: Dataset

    @property
    def files(self) -> tuple[str, ...]:
        """As `Amendment.files`."""
        return tuple(sorted(self.changed or self.derived))


def amend(
    store: Store,
    edit: Callable[[Dataset], Dataset],
    *,
    title: str,
    policy: RetryPolicy,
    clockwork: Clockwork,
    month: Callable[[], str],
) -> Amendment:
    """Replace the dataset by `edit(dataset)` in one conditional commit, again on a conflict.

    Raises:
        InvalidDataError: if the dataset lacks what it held: what follows would hide it.
        BenchmarkError: as `publish`, and whatever `edit` raises.
    """

    def propose(snapshot: Snapshot) -> Proposal:
        return edited(snapshot, edit, month=month(), accepts_losses=False)

    return revise(store, propose, title=title, policy=policy, clockwork=clockwork)


def revise(
    store: Store,
    propose: Callable[[Snapshot], Proposal],
    *,
    title: str,
    policy: RetryPolicy,
    clockwork: Clockwork,
) -> Amendment:
    """Make of the dataset what `propose` says, in one conditional commit, again on a conflict.

    Raises:
        BenchmarkError: as `publish`, and whatever `propose` raises.
    """

    def attempt(_number: int) -> Amendment:
        snapshot = store.read()
        proposal = propose(snapshot)
        if not proposal.files:
            return Amendment(snapshot.revision, (), proposal.dataset)
        files = {**proposal.changed, **proposal.derived}
        revision = store.commit(files, parent=snapshot.revision, message=title)
        return Amendment(revision, proposal.files, proposal.dataset)

    return until_done(attempt, policy, clockwork)


def edited(
    snapshot: Snapshot,
    edit: Callable[[Dataset], Dataset],
    *,
    month: str,
    accepts_losses: bool = True,
) -> Proposal:
    """What to write for a snapshot to hold `edit` of its dataset; runs taken down go everywhere.

    Raises:
        InvalidDataError: if the dataset cannot be read, or lacks what it held, unless that is
            accepted.
    """
    before = dataset.parse(snapshot)
    if not accepts_losses:
        refuse_losses(snapshot.files, before)
    after = edit(before)
    hashing = Hashing()
    changes = after.changes(snapshot, month=month, before=before, hashing=hashing)
    changed = {**without(snapshot.files, after.lingering), **changes}
    return Proposal(changed, repairs(snapshot, after, changed, hashing), after)
