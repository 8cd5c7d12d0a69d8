"""The publish loop: read, merge, stop if unchanged, commit on what was read, else again.

Guarantees, whatever the Hub does and however many publish at once:

- A commit is made only on the revision that was read, so nobody's data is overwritten.
- What is unreadable stops the publish before anything is written.
- Merging is idempotent, so a commit whose answer was lost needs no special case: if it landed,
  the next reading has nothing left to add; if not, it is made again.
- Nothing new, no commit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmark.errors import OutcomeUnknownError
from benchmark.plan import plan_for
from benchmark.retry import until_done

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmark.leaderboard import Revision
    from benchmark.plan import Plan
    from benchmark.retry import Clockwork, RetryPolicy
    from benchmark.store import Store
    from benchmark.submission import SubmittedFile
    from benchmark.summary import Summary


@dataclass(frozen=True)
class Publication:
    """What a publish did.

    Attributes:
        summary: for people and for `--json`.
        published: the files whose every entry the dataset holds now; they can be cleaned up.
    """

    summary: Summary
    published: tuple[SubmittedFile, ...]


def publish(
    store: Store,
    files: Sequence[SubmittedFile],
    *,
    policy: RetryPolicy,
    clockwork: Clockwork,
    month: Callable[[], str],
) -> Publication:
    """Add everything good in `files` to the dataset, losing nothing that is there.

    Args:
        store: where the dataset lives.
        files: what was submitted; a file with any invalid entry is rejected whole.
        policy: how often and how long to try.
        clockwork: clock, sleep and randomness.
        month: the current month in UTC, yyyy-mm.

    Raises:
        HubUnreachableError: if the dataset cannot be read; nothing was changed.
        TryAgainError: if the policy's limits were reached; nothing is lost.
        PermissionDeniedError, RefusedError: if the Hub does not take the commit.
        InvalidDataError: if a file of the dataset itself is unreadable; nothing was changed.
    """
    unknown: dict[str, Plan] = {}

    def attempt(number: int) -> Publication:
        plan = plan_for(store.read(), files, month=month())
        if not plan.new:
            # A fragment of ours at the head: a commit whose answer was lost has landed.
            landed = [mine for path, mine in unknown.items() if path in plan.snapshot.files]
            done = replace(landed[-1], judgement=plan.judgement) if landed else plan
            return _publication(done, plan.snapshot.revision, number, changed=bool(landed))
        try:
            revision = store.commit(plan.files, parent=plan.snapshot.revision, message=title(plan))
        except OutcomeUnknownError:
            unknown.update(dict.fromkeys(plan.fragments, plan))
            raise
        return _publication(plan, revision, number, changed=True)

    return until_done(attempt, policy, clockwork)


def preview(store: Store, files: Sequence[SubmittedFile], *, month: str) -> Publication:
    """What a publish would do, without doing it.

    Raises:
        HubUnreachableError, InvalidDataError: as `publish`.
    """
    plan = plan_for(store.read(), files, month=month)
    return _publication(plan, plan.snapshot.revision, 0, changed=bool(plan.new))


def title(plan: Plan) -> str:
    """The commit's title; it holds no contributor's text."""
    count = len(plan.new)
    return f"Add {count} benchmark {'run' if count == 1 else 'runs'}"


def _publication(plan: Plan, revision: Revision, attempts: int, *, changed: bool) -> Publication:
    return Publication(plan.summary(revision, attempts, changed=changed), plan.judgement.accepted)
