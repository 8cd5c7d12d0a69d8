"""One run as the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json


class Row(NamedTuple):
    """One run as the page shows it.

    Attributes:
        board: "single" (one node) or "multi" (several).
        label: the config key as people read it.
        run_id: the entry's run id; no two rows of a page share one.
        entry: the entry exactly as it was submitted.
        not_ranked: why it is not ranked, empty if it is.
        superseded_by: the run id of the better run of its configuration, "" if it is the best.
        is_retracted: whether it was taken back; why is in `not_ranked`.
        verdict: "sound", "doubtful" or "impossible"; "" where nobody judged.
        verdict_reasons: what made it doubtful or impossible.
        rank: its place among comparable results; None if it has none.
        tied_with: labels of the configurations whose difference from it is noise.
        tier: "attested", "reproduced", "community" or "doubtful"; "" where it may not be ranked.
        reproduced_by: how many other submitters have measured the same on other machines.
    """

    board: str
    label: str
    run_id: str
    entry: Mapping[str, Json]
    not_ranked: tuple[str, ...] = ()
    superseded_by: str = ""
    is_retracted: bool = False
    verdict: str = ""
    verdict_reasons: tuple[str, ...] = ()
    rank: int | None = None
    tied_with: tuple[str, ...] = ()
    tier: str = ""
    reproduced_by: int = 0

    @property
    def is_ranked(self) -> bool:
        """Whether it is the best run of its configuration, and may be ranked."""
        return not self.not_ranked and not self.superseded_by
