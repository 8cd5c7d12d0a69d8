"""Changes to a dataset that add no runs: recomputing its leaderboards, taking a run back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import dataset
from benchmark.retry import until_done

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.dataset import Dataset
    from benchmark.leaderboard import Revision
    from benchmark.retry import Clockwork, RetryPolicy
    from benchmark.store import Store


class Amendment(NamedTuple):
    """What was done.

    Attributes:
        revision: the revision that holds it.
        files: the paths that were written; empty where everything was as it should be.
        dataset: the dataset now.
    """

    revision: Revision
    files: tuple[str, ...]
    dataset: Dataset


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
        BenchmarkError: as `publish`, and whatever `edit` raises.
    """

    def attempt(_number: int) -> Amendment:
        snapshot = store.read()
        after = edit(dataset.parse(snapshot))
        files = after.changes(snapshot, month=month())
        if not files:
            return Amendment(snapshot.revision, (), after)
        revision = store.commit(files, parent=snapshot.revision, message=title)
        return Amendment(revision, tuple(sorted(files)), after)

    return until_done(attempt, policy, clockwork)
