"""What the demo concludes from a dataset."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console

from benchmark.demo import generated, outcome
from benchmark.leaderboard import encode, encode_lines

if TYPE_CHECKING:
    from pathlib import Path


def clone(folder: Path, *, logged: int) -> Path:
    """A dataset whose board has every generated entry, and `runs/` the first of them."""
    entries = generated.leaderboard()
    (folder / "runs" / "2026-01").mkdir(parents=True)
    (folder / "leaderboard_single.json").write_bytes(encode(entries))
    (folder / "runs" / "2026-01" / "x.jsonl").write_bytes(encode_lines(entries[:logged]))
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_bytes(b"\xff")
    return folder


def test_a_run_that_only_the_leaderboard_has_counts_as_lost(tmp_path: Path) -> None:
    """The board can be rebuilt from runs/, not the other way round."""
    entries = generated.leaderboard()
    found = outcome.read_clone(clone(tmp_path, logged=len(entries) - 1))
    submitted = {entry.run_id for entry in entries}
    assert outcome.lost(found, submitted) == {entries[-1].run_id}


def test_the_table_has_the_first_rows_and_the_new_ones(tmp_path: Path) -> None:
    """A slow machine's row is far down and shown all the same, and what is left out is marked."""
    entries = generated.leaderboard()
    rows = outcome.ranking(outcome.read_clone(clone(tmp_path, logged=len(entries))))
    slowest = rows[-1].entry
    text = StringIO()
    table = outcome.table(str, rows, {slowest.run_id: "measured just now"})
    Console(file=text, width=200).print(table)
    shown = [line.split()[0] for line in text.getvalue().splitlines()]
    assert shown == ["#", *map(str, range(1, 9)), "…", str(len(entries))]
    assert "measured just now" in text.getvalue().splitlines()[-1]
