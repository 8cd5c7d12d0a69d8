"""What changed between two states of a dataset."""

from __future__ import annotations

from benchmark.dataset import Dataset, Retraction
from benchmark.summary import board_summaries
from tests.support.entries import entry, multi_node, run

EMPTY = Dataset()


def test_a_submission_is_counted_on_its_own_board() -> None:
    """Runs on several nodes do not count for the single board."""
    after = EMPTY.joined([run(1), run(2), multi_node()])
    boards = board_summaries(EMPTY, after, [run(1), run(2), multi_node()])
    assert (boards["single"].skipped, boards["multi"].skipped) == (1, 0)
    assert (boards["single"].total, boards["multi"].total) == (1, 1)


def test_a_change_holds_the_new_run_and_the_one_it_replaced() -> None:
    """In the leaderboard's order, so that the same changes read the same."""
    before = EMPTY.joined([run(1), run(1, model="z")])
    after = before.joined([run(2), run(3, model="z"), run(1, model="a")])
    changes = board_summaries(before, after, ())["single"].changes
    assert [(c.new.number("metrics", "throughput_tps"), c.old) for c in changes] == [
        (1, None),
        (2, run(1)),
        (3, run(1, model="z")),
    ]


def test_what_was_there_before_is_skipped_when_it_is_submitted_again() -> None:
    """It changed nothing, holder or not."""
    before = EMPTY.joined([run(1), run(2)])
    assert board_summaries(before, before, [run(1), run(2)])["single"].skipped == 2


def test_what_may_not_be_ranked_is_not_skipped() -> None:
    """It is counted elsewhere, whether by a gate or by a retraction."""
    row = Retraction(run(2).run_id, "wrong", "somebody", "2026-01-01")
    bad = entry({"metrics.ttft_ms": 0})
    after = EMPTY.joined([bad, run(2)], [row])
    board = board_summaries(EMPTY, after, [bad, run(2)])["single"]
    assert (board.skipped, board.total, board.changes) == (0, 0, ())


def test_an_update_that_only_changes_a_type_is_an_update() -> None:
    """`true` is not 1: the run that holds the configuration is another one."""
    runs = sorted(
        (entry({"extra": value}) for value in (True, 1)), key=lambda item: item.run_id, reverse=True
    )
    before = EMPTY.joined(runs[:1])
    after = before.joined(runs[1:])
    assert after.boards["single"] != {} != before.boards["single"]
    assert len(board_summaries(before, after, runs[1:])["single"].changes) == 1
