"""What a verb makes of a dataset, and the page of it where one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.page import left_over, page_changes

if TYPE_CHECKING:
    from benchmark.amend import Proposal
    from benchmark.leaderboard import Snapshot


def with_page(snapshot: Snapshot, proposal: Proposal) -> Proposal:
    """`proposal`, and the page made anew also where nothing else changes.

    A release that knows of no page leaves one behind that shows what is there no more.

    Raises:
        InvalidDataError: if what is left cannot be read.
    """
    page = page_changes(snapshot, {**proposal.changed, **proposal.derived}) or left_over(snapshot)
    return proposal._replace(changed={**proposal.changed, **page})
