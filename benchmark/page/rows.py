"""The rows of a dataset: every run, with what became of it and what stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.dataset import board_of
from benchmark.history import histories
from benchmark.page.row import Row
from benchmark.trust import trusts
from benchmark.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.dataset import Dataset
    from benchmark.entry import ConfigKey, Entry
    from benchmark.history import Told
    from benchmark.trust import Trust
    from benchmark.watch import Watch


def rows_of(dataset: Dataset, watch: Watch = unwatched) -> list[Row]:
    """Every run of a dataset, with what became of it and what stands behind it.

    Args:
        dataset: what the page shows.
        watch: is given the configurations.
    """
    every, trust = histories(dataset), trusts(dataset)
    labels = {one.key: one.label for one in every}
    sizes = [sum(len(run.canonical) for run in one.entries) for one in every]
    return [
        _trusted(_row_of(told, one.label), told.entry, trust.get(told.entry.run_id), labels)
        for one in watch(every, sizes)
        for told in one.runs
    ]


def _row_of(told: Told, label: str) -> Row:
    run, fate = told.entry, told.fate
    return Row(
        board_of(run), label, run.run_id, run.data, fate.reasons,
        superseded_by=fate.by or "",
        is_retracted=fate.kind == "retracted",
        verdict=told.verdict.kind,
        verdict_reasons=tuple(reason.text for reason in told.verdict.reasons),
    )  # fmt: skip


def _trusted(row: Row, run: Entry, known: Trust | None, labels: Mapping[ConfigKey, str]) -> Row:
    """The row with its rank, ties, tier and how many have reproduced it, if it may be ranked."""
    if known is None:
        return row
    place = known.place
    return row._replace(
        rank=place.rank if place else None,
        tied_with=tuple(labels[other.config_key] for other in known.tied_with(run)),
        tier=known.tier,
        reproduced_by=len(known.reproduced_by),
    )
