"""`report`: places, ties and trust, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner
from jsonschema import Draft202012Validator

from benchmark.commands import report
from benchmark.schema import schema_path
from tests.support.entries import write
from tests.support.publishers import call
from tests.support.told import by, sure

if TYPE_CHECKING:
    from pathlib import Path

FIRST, CLOSE, FAR = sure(100, 0.03), sure(98, 0.03), sure(50, 0.03)
ANN, BOB = by("Ann", 31), by("Bob", 30)


def test_a_report_says_who_is_tied_with_whom_and_who_measured_the_same(here: Path) -> None:
    """First place is no coin-flip."""
    write(here / "hf_data", "leaderboard_x.json", FIRST, CLOSE, FAR, ANN, BOB)
    table = call("report", "hf_data").out
    places = [line.split()[0] for line in table.splitlines() if "gpt2|FP32|128|128" in line]
    assert "1= " in table and "3 " in table and len(places) == 4  # noqa: PT018 - one table
    line = f"1= {FIRST.run_id[:12]} is tied with {CLOSE.run_id[:12]}"
    assert line in table
    assert f"↻ reproduced: {ANN.run_id[:12]}: by {BOB.run_id[:12]}" in " ".join(table.split())
    assert "↻ CPU|1|gpt2|FP32|128|128" in table
    markdown = call("report", "hf_data", "--format", "markdown").out
    assert "| 1= | " in markdown
    assert "Tied, for the difference" in markdown
    assert "| reproduced by 1 |" in markdown


def test_a_report_for_programs_has_every_row_with_what_stands_behind_it(here: Path) -> None:
    """As the schema says; --format json stays a leaderboard file."""
    write(here / "hf_data", "leaderboard_x.json", FIRST, CLOSE, FAR, ANN, BOB)
    done = call("report", "hf_data", "--json").json
    schema = json.loads(schema_path("report_v1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(done)
    rows = {row["run_id"]: row for row in done["rows"]}
    assert [rows[run.run_id]["rank"] for run in (FIRST, CLOSE, FAR, ANN)] == [1, 1, 3, 4]
    assert rows[CLOSE.run_id]["tied_with"] == [FIRST.run_id]
    assert (rows[ANN.run_id]["tier"], rows[ANN.run_id]["reproduced_by"]) == (
        "reproduced",
        [BOB.run_id],
    )
    assert rows[FIRST.run_id]["entry"] == json.loads(FIRST.canonical)
    alone = CliRunner().invoke(report.command, ["hf_data", "--format", "json"])
    assert json.loads(alone.stdout)[0] == json.loads(FIRST.canonical)
