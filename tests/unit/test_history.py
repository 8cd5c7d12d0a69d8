"""What became of every run of a configuration."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from benchmark.canonical import digest
from benchmark.dataset import Confirmation, Dataset, Retraction
from benchmark.decisions import Tombstone
from benchmark.history import Fate, histories, matching, newest, taken_down
from tests.support.entries import entry

if TYPE_CHECKING:
    from benchmark.entry import Entry


def on(day: int, tps: float, **changes: Any) -> Entry:
    """A run that was submitted on a day of January."""
    at = f"2026-01-{day:02}T00:00:00Z"
    figures = {"metrics.throughput_tps": tps, "metrics.tpot_ms": None}
    return entry({**figures, "metadata.submitted_at": at, **changes})


def fates(state: Dataset) -> dict[float, Fate]:
    """Throughput → fate, of the only configuration."""
    [history] = histories(state)
    return {told.entry.number("metrics", "throughput_tps"): told.fate for told in history.runs}


def test_each_run_has_its_fate_in_the_order_of_time() -> None:
    """Who was best until when, who never was, who may not be, and who was taken back."""
    first, slower, best = on(1, 90), on(2, 80), on(4, 100)
    retracted, zero = on(3, 999), on(5, 0)
    row = Retraction(retracted.run_id, "wrong clock", "lab", "2026-02-01")
    state = Dataset().joined([best, zero, retracted, slower, first], [row])
    assert list(fates(state).items()) == [
        (90, Fate("superseded", best.run_id, was_best=True)),
        (80, Fate("superseded", first.run_id)),
        (999, Fate("retracted", reasons=("retracted: wrong clock",))),
        (100, Fate("best", was_best=True)),
        (0, Fate("not ranked", reasons=("throughput_tps is not above 0",))),
    ]


def test_a_confirmation_and_a_doubt_are_told_beside_the_fate() -> None:
    """What cannot be true is not ranked with its arithmetic, until somebody vouches for it."""
    claim, honest = on(1, 9e14), on(2, 90)
    state = Dataset().joined([claim, honest])
    [history] = histories(state)
    assert [told.fate.kind for told in history.runs] == ["not ranked", "best"]
    assert history.runs[0].fate.reasons
    assert history.runs[0].verdict.kind == "impossible"
    row = Confirmation(claim.run_id, "we watched it", "lab", "2026-02-01")
    [vouched] = histories(state.joined((), confirmations=[row]))
    assert [told.fate.kind for told in vouched.runs] == ["best", "superseded"]
    assert (vouched.runs[0].verdict.kind, vouched.runs[0].confirmations) == (
        "sound",
        ("we watched it",),
    )


def test_runs_that_do_not_say_when_come_last() -> None:
    """In one order, whatever order they are found in."""
    undated = [entry({"metrics.throughput_tps": n, "metadata.submitted_at": "?"}) for n in (1, 2)]
    dated = on(9, 3)
    shown = [
        [told.entry.run_id for told in histories(Dataset().joined(runs))[0].runs]
        for runs in ([*undated, dated], [dated, *reversed(undated)])
    ]
    assert shown[0] == shown[1]
    assert shown[0][0] == dated.run_id


def test_a_configuration_is_found_by_label_by_run_by_id_and_by_part() -> None:
    """A whole label means that one, though others begin so."""
    plain, large = on(1, 5), on(1, 6, **{"workload.batch_size": 4})
    state = Dataset().joined([plain, large])

    def found(sought: str) -> list[str]:
        return [history.label for history in matching(state, sought)]

    assert large.label.startswith(plain.label)
    assert found(plain.label) == found(plain.label.upper()) == [plain.label]
    assert found(large.run_id[:8]) == found(large.run_id) == [large.label]
    assert found(digest(plain.config_key)[:12]) == [plain.label]
    assert sorted(found("GPT2")) == sorted([plain.label, large.label])
    assert found("llama") == found(large.run_id[:7]) == []


def test_of_many_runs_the_newest_are_shown_and_the_best() -> None:
    """Wherever that is, each once; what is left out is counted."""
    runs = [on(day, 100 - day) for day in range(1, 10)]
    stones = [Tombstone(f"{day:064}", "why", "lab", f"2026-02-0{day}") for day in range(1, 5)]
    [history] = histories(Dataset().joined(runs))

    def days(most: int) -> tuple[list[int], int, int]:
        shown = newest(history, stones, most)
        told = [int((run.entry.standing.submitted_at or "")[8:10]) for run in shown.runs]
        return told, len(shown.stones), shown.left_out

    assert days(2) == ([1, 8, 9], 2, 8)
    assert days(8) == ([*range(1, 10)], 4, 0)
    assert days(sys.maxsize) == ([*range(1, 10)], 4, 0)
    assert newest(history, stones, 1).stones == stones[-1:]


def test_what_was_taken_down_is_told_apart_from_the_configurations() -> None:
    """Its content is gone, and with it which it was."""
    gone, kept = on(1, 5), on(2, 6)
    stones = [Tombstone(gone.run_id, "private", "lab", "2026-02-01")]
    state = Dataset().joined([gone, kept], tombstones=stones)
    assert list(fates(state)) == [6]
    assert taken_down(state) == taken_down(state, gone.run_id[:9]) == stones
    assert taken_down(state, "0" * 9) == []


@given(
    runs=st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 5), st.sampled_from("ab")), max_size=15
    ),
    back=st.sets(st.integers(0, 14)),
)
def test_every_run_is_told_of_once_and_the_best_is_that_of_the_board(
    runs: list[tuple[int, int, str]], back: set[int]
) -> None:
    """And whoever is superseded was so by a run that outlived it or came first."""
    entries = [on(day, tps, **{"model.name": model}) for day, tps, model in runs]
    rows = [Retraction(entries[n].run_id, "r", "b", "a") for n in back if n < len(entries)]
    state = Dataset().joined(entries, rows)
    told = [told for history in histories(state) for told in history.runs]
    fates = {run.entry.run_id: run.fate for run in told}
    assert sorted(run.entry.run_id for run in told) == sorted(state.runs)
    ranked = {run.run_id for board in state.boards.values() for run in board.values()}
    assert {run_id for run_id, fate in fates.items() if fate.kind == "best"} == ranked
    ranks = {run_id for run_id, fate in fates.items() if fate.kind in {"best", "superseded"}}
    assert all(fate.by in ranks for fate in fates.values() if fate.kind == "superseded")
    assert ranks == {run.entry.run_id for run in told if not state.why_not_ranked(run.entry)}
