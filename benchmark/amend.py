"""Changes to a dataset that add no runs: recomputing its leaderboards, taking a run back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import dataset
from benchmark.derived import repairs
from benchmark.fragments import without
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
        files: the paths that were written; empty where everything was as it should be. The manifest
            and the index follow from the others and are named only where nothing else was written.
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
        before = dataset.parse(snapshot)
        after = edit(before)
        changed, repaired = differences(snapshot, before, after, month=month())
        if not (changed or repaired):
            return Amendment(snapshot.revision, (), after)
        files = {**changed, **repaired}
        revision = store.commit(files, parent=snapshot.revision, message=title)
        return Amendment(revision, tuple(sorted(changed or repaired)), after)

    return until_done(attempt, policy, clockwork)


def differences(
    snapshot: Snapshot, before: Dataset, after: Dataset, *, month: str
) -> tuple[Changes, Changes]:
    """What to write for `snapshot`, which holds `before`, to hold `after`.

    Returns:
        Its files, and the manifest, the index and the trail.
    """
    changes = after.changes(snapshot, month=month, before=before)
    changed = {**without(snapshot.files, after.lingering), **changes}
    return changed, repairs(snapshot, after, changed)
