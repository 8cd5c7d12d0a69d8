"""Which of two runs is placed first; the laws are in tests/property/test_merge_laws.py."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.merge import leaderboard_of, merge, outranks
from tests.support.entries import ABSENT, entry, multi_node, run


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"metrics.throughput_tps": 100.00000000000001}, {"metrics.throughput_tps": 100}),
        ({"metrics.ttft_ms": 79.99999999999999}, {"metrics.ttft_ms": 80}),
        ({"metrics.error_rate": 0}, {"metrics.error_rate": 5e-324}),
        ({"metadata.submitted_at": "2026-01-01"}, {"metadata.submitted_at": "2026-01-02"}),
        (
            {"metadata.submitted_at": "2026-01-01T01:00:00+02:00"},
            {"metadata.submitted_at": "2026-01-01T00:00:00Z"},
        ),
        ({"metadata.submitted_at": "9999-01-01"}, {"metadata.submitted_at": "unreadable"}),
        ({"metadata.submitted_at": "9999-01-01"}, {"metadata.submitted_at": ABSENT}),
        ({"metrics.throughput_tps": 101, "metrics.ttft_ms": 90}, {"metrics.ttft_ms": 1}),
        ({"metrics.ttft_ms": 1, "metrics.error_rate": 0.05}, {"metrics.error_rate": 0}),
        (
            {"metrics.error_rate": 0, "metadata.submitted_at": "2030-01-01"},
            {"metrics.error_rate": 0.01, "metadata.submitted_at": "2020-01-01"},
        ),
    ],
)
def test_each_figure_decides_only_where_those_before_it_tie(
    better: dict[str, Any], worse: dict[str, Any]
) -> None:
    """Throughput up, then TTFT down, errors down, earlier; on exact doubles."""
    assert outranks(entry(better), entry(worse))
    assert not outranks(entry(worse), entry(better))


def test_the_smaller_run_id_decides_last() -> None:
    """Two runs that differ in nothing else still have one order."""
    smaller, larger = sorted(
        (entry({"entry_id": name}) for name in ("one", "other")), key=lambda item: item.run_id
    )
    assert outranks(smaller, larger)
    assert not outranks(larger, smaller)


def test_the_holder_stays_where_nothing_better_comes() -> None:
    """A merge takes from the other side only what outranks."""
    best, other, second = run(100), run(90), run(50, model="other")
    board = merge(leaderboard_of([best]), leaderboard_of([other, second]))
    assert list(board.values()) == [best, second]


def test_runs_on_one_node_and_on_several_are_never_compared() -> None:
    """They are two configurations."""
    assert len(leaderboard_of([entry(), multi_node()])) == 2


SOUND, DOUBTFUL, IMPOSSIBLE = (
    entry({"metrics.throughput_tps": tps}) for tps in (100, 200, 1_000_000)
)


def test_a_doubtful_run_is_placed_behind_every_other_unless_it_is_confirmed() -> None:
    """However fast it is, and on whichever side of a merge."""
    confirmed = {DOUBTFUL.run_id}
    assert outranks(SOUND, DOUBTFUL)
    assert not outranks(DOUBTFUL, SOUND)
    assert outranks(DOUBTFUL, SOUND, confirmed)
    assert not outranks(SOUND, DOUBTFUL, confirmed)
    boards = [leaderboard_of([item]) for item in (SOUND, DOUBTFUL)]
    assert [*merge(*boards).values()] == [SOUND]
    assert [*merge(*boards, confirmed).values()] == [DOUBTFUL]
    assert [*leaderboard_of([SOUND, DOUBTFUL], confirmed).values()] == [DOUBTFUL]


def test_an_impossible_run_has_no_place_unless_it_is_confirmed() -> None:
    """Alone as among others."""
    assert leaderboard_of([IMPOSSIBLE]) == {}
    confirmed = {IMPOSSIBLE.run_id}
    assert [*leaderboard_of([SOUND, IMPOSSIBLE], confirmed).values()] == [IMPOSSIBLE]
