"""A dataset: adoption, fragments, retractions, what is written and what is refused."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from benchmark import dataset
from benchmark.dataset import BOARD_FILES, CARD, RETRACTIONS, Dataset, Retraction
from benchmark.errors import BenchmarkError, InvalidDataError
from benchmark.leaderboard import Revision, Snapshot, decode, encode, encode_lines
from tests.support import real_format
from tests.support.entries import entry, multi_node, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.entry import Entry

SINGLE, MULTI = BOARD_FILES.values()
MONTH = "2026-03"


def snapshot(files: Mapping[str, bytes] | None = None) -> Snapshot:
    """A snapshot of these files."""
    return Snapshot(Revision("a" * 40), files or {})


def written(*entries: Entry, onto: Snapshot | None = None) -> Snapshot:
    """The snapshot after `entries` were added to `onto`."""
    before = onto or snapshot()
    changes = dataset.parse(before).joined(entries).changes(before, month=MONTH)
    return snapshot({**before.files, **changes})


def retract(item: Entry, reason: str = "wrong chip") -> Retraction:
    """Take back a run."""
    return Retraction(item.run_id, reason, "somebody", "2026-03-01T00:00:00Z")


def fragments(state: Snapshot) -> dict[str, bytes]:
    """The files in `runs/`."""
    return {path: data for path, data in state.files.items() if path.startswith("runs/")}


def test_the_first_write_makes_every_file() -> None:
    """Both leaderboards, one fragment named by its content, and the card."""
    files = written(run(1), run(2), multi_node()).files
    fragment = encode_lines([run(1), run(2), multi_node()])
    name = f"runs/{MONTH}/{hashlib.sha256(fragment).hexdigest()}.jsonl"
    assert files.keys() == {SINGLE, MULTI, CARD, name}
    assert files[name] == fragment
    assert files[SINGLE] == encode([run(2)])
    assert files[MULTI] == encode([multi_node()])


def test_only_files_that_differ_are_written() -> None:
    """A run that loses changes no leaderboard; nothing new changes nothing."""
    before = written(run(2), multi_node())
    loser = dataset.parse(before).joined([run(1)]).changes(before, month=MONTH)
    assert list(loser) == [
        f"runs/{MONTH}/{hashlib.sha256(encode_lines([run(1)])).hexdigest()}.jsonl"
    ]
    assert dataset.parse(before).joined([run(2)]).changes(before, month="2026-04") == {}


def test_a_fragment_holds_what_is_new_and_nothing_twice() -> None:
    """Fragments that are there are never written again."""
    first = written(run(1))
    second = written(run(1), run(2), onto=first)
    assert fragments(second).items() > fragments(first).items()
    assert len(fragments(second)) == 2
    assert encode_lines([run(2)]) in fragments(second).values()


def test_the_public_leaderboard_of_today_is_adopted_whole() -> None:
    """Every entry of its two files goes into `runs/`, the ones that may not be ranked included."""
    today = json.dumps(real_format.public_entries()).encode()
    before = snapshot({SINGLE: today, MULTI: b"[]"})
    after = written(run(1), onto=before)
    state = dataset.parse(after)
    assert len(state.runs) == len(state.logged) == real_format.COUNT + 1
    assert decode(after.files[SINGLE], file="f") == sorted(
        [*real_format.eligible(), run(1)], key=lambda item: item.config_key
    )
    assert after.files[MULTI] == b"[]\n"


def test_leaderboards_follow_from_the_runs_alone() -> None:
    """A leaderboard file that lost its lines is made again from the fragments."""
    good = written(run(1), run(2, model="other"), multi_node())
    spoilt = snapshot({**good.files, SINGLE: b"[]", MULTI: b"[]\n"})
    changes = dataset.parse(spoilt).changes(spoilt, month=MONTH)
    assert changes == {SINGLE: good.files[SINGLE], MULTI: good.files[MULTI]}


def test_an_entry_that_may_not_be_ranked_is_kept_in_runs() -> None:
    """It is in no leaderboard and its reason can be told."""
    bad = entry({"metrics.throughput_tps": 0})
    state = dataset.parse(written(bad))
    assert state.runs[bad.run_id] == bad
    assert [*state.boards["single"], *state.boards["multi"]] == []
    assert state.why_not_ranked(bad) == ("throughput_tps is not above 0",)


def test_a_retraction_takes_a_run_out_of_its_leaderboard_and_not_out_of_the_dataset() -> None:
    """The second best takes its place."""
    before = written(run(1), run(2))
    after = dataset.parse(before).joined((), [retract(run(2))])
    changes = after.changes(before, month=MONTH)
    assert changes.keys() == {SINGLE, RETRACTIONS, CARD}
    assert decode(changes[SINGLE], file="f") == [run(1)]
    again = dataset.parse(snapshot({**before.files, **changes}))
    assert again.runs.keys() == {run(1).run_id, run(2).run_id}
    assert again.why_not_ranked(run(2)) == ("retracted: wrong chip",)
    assert again.why_not_ranked(run(1)) == ()


def test_retracting_the_only_run_of_a_configuration_is_no_loss() -> None:
    """A leaderboard may lose a line by a decision of people."""
    before = written(run(1))
    after = dataset.parse(before).joined((), [retract(run(1))])
    assert after.changes(before, month=MONTH)[SINGLE] == b"[]\n"


def test_a_retracted_run_stays_out_when_it_is_submitted_again() -> None:
    """By itself or beside others, before or after the retraction."""
    state = Dataset().joined((), [retract(run(2))]).joined([run(1), run(2)])
    assert list(state.boards["single"].values()) == [run(1)]


def test_all_reasons_of_a_run_are_shown_in_one_order() -> None:
    """Gates first, then each retraction; the same for everybody who looks."""
    bad = entry({"metrics.ttft_ms": 0})
    reasons = [f"reason {letter}" for letter in "abcdefgh"]
    state = Dataset().joined([bad], [retract(bad, reason) for reason in reasons])
    expected = ["ttft_ms is not above 0", *(f"retracted: {reason}" for reason in reasons)]
    assert list(state.why_not_ranked(bad)) == expected


def test_retractions_are_one_sorted_line_each() -> None:
    """The same retractions are the same bytes, with nothing of the people's text lost."""
    rows = [retract(run(speed), reason) for speed in (1, 2, 3) for reason in ("a", "two\nlines")]
    file = Dataset().joined((), rows).changes(snapshot(), month=MONTH)[RETRACTIONS]
    lines = file.decode().splitlines()
    assert [json.loads(line) for line in lines] == [row._asdict() for row in sorted(rows)]
    assert dataset.parse(snapshot({RETRACTIONS: file})).retractions == frozenset(rows)


GOOD_ROW = json.dumps(retract(run(1))._asdict())


@pytest.mark.parametrize(
    "data",
    [
        "{}",
        "[]",
        "null",
        "not JSON",
        GOOD_ROW.replace('"reason"', '"why"'),
        GOOD_ROW.replace('"somebody"', "null"),
        GOOD_ROW.replace("}", ', "more": "x"}'),
        GOOD_ROW + "\n" + GOOD_ROW[:-5],
    ],
)
def test_a_malformed_retraction_stops_everything(data: str) -> None:
    """A run that was taken back must not come back because a line cannot be read."""
    with pytest.raises(InvalidDataError) as caught:
        dataset.parse(snapshot({RETRACTIONS: data.encode()}))
    assert {violation.file for violation in caught.value.violations} == {RETRACTIONS}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (SINGLE, b"<html>"),
        (SINGLE, b""),
        (MULTI, b'{"error": "not found"}'),
        (MULTI, b"[1]"),
        ("runs/2026-01/x.jsonl", b'{"a": 1}\n{"a"'),
    ],
)
def test_an_unreadable_file_of_the_dataset_stops_everything(path: str, data: bytes) -> None:
    """It is never taken for an empty one; the violation names it."""
    with pytest.raises(InvalidDataError) as caught:
        dataset.parse(snapshot({**written(run(1)).files, path: data}))
    assert {violation.file for violation in caught.value.violations} == {path}


def test_files_that_are_not_ours_are_not_read() -> None:
    """A dataset may hold anything beside its state."""
    files = {".gitattributes": b"\xff", "runs/notes.txt": b"{", "old/leaderboard_single.json": b"{"}
    assert dataset.parse(snapshot(files)) == Dataset()
    assert not any(map(dataset.is_data, files))
    assert all(map(dataset.is_data, [*written(run(1)).files, RETRACTIONS]))


def test_writing_what_would_lose_a_run_is_refused() -> None:
    """Whoever calls with a dataset that was not read from the snapshot changes nothing."""
    before = snapshot({SINGLE: encode([run(1), run(2)])})
    with pytest.raises(BenchmarkError, match="would lose data"):
        Dataset().joined([run(2)]).changes(before, month=MONTH)


def test_writing_what_would_lose_a_retraction_is_refused() -> None:
    """Retractions only grow."""
    rows = [retract(run(1)), retract(run(2))]
    before = snapshot(Dataset().joined((), rows).changes(snapshot(), month=MONTH))
    with pytest.raises(BenchmarkError, match="would lose data"):
        Dataset().joined([run(3)], rows[:1]).changes(before, month=MONTH)


def test_writing_what_would_lose_a_configuration_is_refused() -> None:
    """What counts is what the leaderboard file would hold, though every run is in `runs/`."""
    before = written(run(1), run(2, model="other"))

    class Forgetful(Dataset):
        """Its leaderboards are not those of its runs."""

        boards = {"single": {}, "multi": {}}  # noqa: RUF012 - stands for a bug

    state = dataset.parse(before)
    broken = Forgetful(state.runs, state.logged, state.retractions)
    with pytest.raises(BenchmarkError, match="would lose data"):
        broken.changes(before, month=MONTH)


def test_entries_listed_are_counted_ranked_or_not() -> None:
    """What people are told was downloaded; a file that is not there counts as empty."""
    today = json.dumps(real_format.public_entries()).encode()
    assert dataset.listed(snapshot({SINGLE: today})) == {"single": real_format.COUNT, "multi": 0}
    with pytest.raises(InvalidDataError):
        dataset.listed(snapshot({MULTI: b"{}"}))
