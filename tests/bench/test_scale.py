"""What the bench of size is measured on is what it says it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark import schema
from benchmark.derived import fitting
from benchmark.leaderboard import Revision, Snapshot, decode, encode
from benchmark.plan import fast_plan, full_plan
from benchmark.submission import data_files
from benchmark.verdict import SOUND
from tests.bench.scale import child, folders
from tests.bench.scale.moulds import INDENTED, SPACED, Run, Spelling, in_order
from tests.bench.scale.rows import Row, table

if TYPE_CHECKING:
    from pathlib import Path


def test_a_leaderboard_out_of_moulds_is_canonical_and_valid(tmp_path: Path) -> None:
    """Whatever the family, with faster runs among them."""
    runs = in_order([*map(Run, range(70)), Run(3, "other"), *(Run(71, "x", 2), Run(72, "x"))])
    folders.write_board(tmp_path / "board", runs)
    data = (tmp_path / "board").read_bytes()
    found = decode(data, file="")
    assert encode(found) == data
    assert len({entry.config_key for entry in found}) == len(runs)
    assert not [reason for entry in found for reason in schema.why_not_ranked(entry)]
    assert {entry.standing.verdict for entry in found} == {SOUND}


@pytest.mark.parametrize("spelling", [SPACED, INDENTED])
def test_other_spellings_hold_the_same_runs(tmp_path: Path, spelling: Spelling) -> None:
    """And are not canonical."""
    runs = in_order(map(Run, range(70)))
    folders.write_board(tmp_path / "board", runs)
    folders.write_array(tmp_path / "other", runs, spelling)
    board, other = ((tmp_path / name).read_bytes() for name in ("board", "other"))
    assert other != board
    assert encode(decode(other, file="")) == board


def test_the_dry_run_takes_the_fast_path_and_finds_five_changes(tmp_path: Path) -> None:
    """So that what is measured is what a publish does."""
    folders.publish_folder(tmp_path, 60)
    assert child.publish(tmp_path)["changes"] == 5
    there = {path.relative_to(tmp_path / "dataset").as_posix(): path.read_bytes()
             for path in (tmp_path / "dataset").rglob("*") if path.is_file()}  # fmt: skip
    snapshot = Snapshot(Revision("0" * 40), there, child.CHANGED_BY)
    manifest = fitting(snapshot)
    assert manifest is not None
    files = data_files(tmp_path / "data")
    quick = fast_plan(snapshot, manifest, files, month="2026-01")
    plain = full_plan(Snapshot(snapshot.revision, there), files, month="2026-01")
    assert quick.boards == plain.boards


def test_the_history_is_exact(tmp_path: Path) -> None:
    """A rebuild of it changes nothing."""
    folders.history_folder(tmp_path, 200)
    found = child.rebuild(tmp_path)
    assert (found["total"], found["changes"]) == (200, 0)


def test_a_row_says_whether_its_goal_is_reached() -> None:
    """Either way round."""
    rows = [Row("a", "", 2.0, "s", 1.0), Row("b", "", 2.0, "/s", 1.0, at_least=True)]
    assert [line.rpartition("|")[0].split()[-1] for line in table(rows).splitlines()[2:]] == [
        "missed",
        "met",
    ]
