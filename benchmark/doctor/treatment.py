"""What can be repaired without anybody's judgement: form, names, and what follows from the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import card
from benchmark.amend import Proposal
from benchmark.dataset import CARD, parse
from benchmark.derived import losses, repairs, strangers
from benchmark.fragments import tidied
from benchmark.page import misfits, page_changes

if TYPE_CHECKING:
    from benchmark.leaderboard import Snapshot


def treated(snapshot: Snapshot, *, month: str) -> Proposal:
    """Make everything that follows from the runs follow from them; no run comes or goes.

    Only what was taken down goes from the fragments that hold it again. Where something is gone
    or was put in by hand nothing is done: what follows from the rest would hide it.

    Raises:
        InvalidDataError: if a file cannot be read: which of its versions is right is for people.
    """
    state = parse(snapshot)
    if losses(snapshot.files, state) or strangers(snapshot.files, state):
        return Proposal({}, {}, state)
    changes = state.changes(snapshot, month=month, before=state)
    if CARD in snapshot.files and card.obstacle(snapshot.files[CARD]) is not None:
        # The Hub would refuse it, and with it a commit that has nothing else.
        changes.pop(CARD, None)
    changed = {**tidied(snapshot.files, state.lingering), **changes}
    derived = repairs(snapshot, state, changed)
    page = {**misfits(snapshot), **page_changes(snapshot, {**changed, **derived})}
    return Proposal({**changed, **page}, derived, state)
