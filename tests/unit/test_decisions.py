"""What maintainers decided, as lines of a file."""

from __future__ import annotations

import pytest

from benchmark.dataset import Confirmation, Dataset, Retraction, parse
from benchmark.decisions import decode_confirmations, decode_retractions, encode_decisions
from benchmark.entry import RunId
from benchmark.errors import InvalidDataError
from benchmark.leaderboard import Revision, Snapshot
from tests.support.entries import entry, run

EMPTY = Snapshot(Revision("0" * 40), {})
CLAIM = entry({"metrics.throughput_tps": 9e14})
DOUBTED = entry({"metrics.throughput_tps": 200})


def confirmation(run_id: str) -> Confirmation:
    """Somebody's word for a run."""
    return Confirmation(RunId(run_id), "seen it", "a maintainer", "2026-01-01T00:00:00Z")


def retraction(run_id: str) -> Retraction:
    """Somebody's word against a run."""
    return Retraction(RunId(run_id), "a typo", "a maintainer", "2026-01-02T00:00:00Z")


def test_decisions_are_read_back_as_they_were_written() -> None:
    """Sorted, one a line."""
    given = [confirmation("b" * 64), confirmation("a" * 64)]
    data = encode_decisions(given)
    assert data.count(b"\n") == 2
    assert decode_confirmations(data) == set(given)
    assert encode_decisions(decode_confirmations(data)) == data


@pytest.mark.parametrize(
    ("decode", "word"), [(decode_confirmations, "confirmation"), (decode_retractions, "retraction")]
)
def test_a_line_that_is_no_decision_says_which_it_should_be(decode: object, word: str) -> None:
    """Nothing may be written on top of it."""
    assert callable(decode)
    with pytest.raises(InvalidDataError) as error:
        decode(b'{"run_id":"x"}\n')
    assert error.value.violations[0].message.startswith(f"is no {word}:")


def test_an_impossible_claim_is_kept_and_not_ranked() -> None:
    """It is in the history with the arithmetic, and the honest run stays first."""
    state = Dataset().joined([CLAIM, entry()])
    assert [*state.boards["single"].values()] == [entry()]
    assert CLAIM.run_id in state.runs
    reasons = state.why_not_ranked(CLAIM)
    assert any("tokens/s are claimed" in reason for reason in reasons)


def test_a_confirmation_ranks_an_impossible_claim() -> None:
    """Somebody has looked at it."""
    state = Dataset().joined([CLAIM, entry()], confirmations=[confirmation(CLAIM.run_id)])
    assert [*state.boards["single"].values()] == [CLAIM]
    assert state.why_not_ranked(CLAIM) == ()
    assert state.verdict_on(CLAIM).kind == "sound"


def test_a_doubtful_run_comes_behind_a_slower_one_that_is_not() -> None:
    """Until somebody confirms it."""
    runs = [DOUBTED, entry()]
    assert [*Dataset().joined(runs).boards["single"].values()] == [entry()]
    assert Dataset().joined([DOUBTED]).boards["single"]
    confirmed = Dataset().joined(runs, confirmations=[confirmation(DOUBTED.run_id)])
    assert [*confirmed.boards["single"].values()] == [DOUBTED]


def test_a_retraction_beats_a_confirmation() -> None:
    """Whichever came first."""
    both = Dataset().joined([CLAIM], [retraction(CLAIM.run_id)], [confirmation(CLAIM.run_id)])
    assert not both.boards["single"]
    assert both.why_not_ranked(CLAIM) == ("retracted: a typo",)


def test_confirmations_are_part_of_the_dataset() -> None:
    """Written, read back, and missed when they are gone."""
    state = Dataset().joined([run(1), CLAIM], confirmations=[confirmation(CLAIM.run_id)])
    files = state.changes(EMPTY, month="2026-01")
    snapshot = Snapshot(Revision("1" * 40), files)
    assert parse(snapshot).confirmations == state.confirmations
    assert parse(snapshot).changes(snapshot, month="2026-02") == {}
    later = parse(snapshot).joined((), confirmations=[confirmation(run(1).run_id)])
    assert len(parse(Snapshot(snapshot.revision, later.changes(snapshot, month="2026-02") | {
        path: data for path, data in files.items() if path.startswith("runs/")
    })).confirmations) == 2  # fmt: skip
