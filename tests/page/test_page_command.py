"""The command that writes the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from benchmark.commands.page import command
from benchmark.errors import InvalidDataError, UsageError
from tests.page.samples import FAILED, FAST, entry
from tests.page.test_builder_laws import data_of
from tests.support.entries import run, write
from tests.support.told import by, sure

if TYPE_CHECKING:
    from pathlib import Path


def invoke(*arguments: object, now: str = "1767225600") -> None:
    """Run the command as from a shell, errors raised."""
    run = CliRunner().invoke(
        command, [str(a) for a in arguments], env={"SOURCE_DATE_EPOCH": now}, standalone_mode=False
    )
    if run.exception:
        raise run.exception


def test_files_and_folders_are_read_and_runs_that_cannot_be_ranked_are_marked(
    tmp_path: Path,
) -> None:
    """A run given twice is one row."""
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "data" / "deep" / "leaderboard_single.json").write_text(json.dumps([FAST, FAILED]))
    (tmp_path / "one.json").write_text(json.dumps(FAST))
    page = tmp_path / "page.html"
    invoke(tmp_path / "data", tmp_path / "one.json", "--output", page, "--title", "Mine")
    data = data_of(page.read_bytes())
    assert (data["title"], data["generated_at"]) == ("Mine", "2026-01-01 00:00 UTC")
    assert len(data["rows"]) == 2
    assert all(row["not_ranked"] for row in data["rows"])


def test_a_file_that_is_no_json_stops_the_command_and_leaves_the_page(tmp_path: Path) -> None:
    """The old page is still there and the violation names the file."""
    (tmp_path / "bad.json").write_text("[")
    page = tmp_path / "page.html"
    page.write_text("old")
    with pytest.raises(InvalidDataError) as caught:
        invoke(tmp_path / "bad.json", "--output", page)
    assert caught.value.violations[0].file.endswith("bad.json")
    assert page.read_text() == "old"


def test_a_path_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    """With a hint how to get data."""
    with pytest.raises(UsageError, match="does not exist"):
        invoke(tmp_path / "nowhere", "--output", tmp_path / "page.html")


def test_the_page_opens_in_the_language_asked_for(tmp_path: Path) -> None:
    """Readers can still switch."""
    (tmp_path / "leaderboard_single.json").write_text(json.dumps([entry("gpt2")]))
    invoke(tmp_path, "--output", tmp_path / "page.html", "--lang", "zh")
    assert data_of((tmp_path / "page.html").read_bytes())["lang"] == "zh"


def test_rows_say_who_is_tied_and_what_stands_behind_them(tmp_path: Path) -> None:
    """By label; what may not be ranked has neither place nor tier."""
    first, close, ann, bob = sure(100, 0.03), sure(98, 0.03), by("Ann", 31), by("Bob", 30)
    results = write(tmp_path, "leaderboard_x.json", first, close, ann, bob, run(0, model="zero"))
    page = tmp_path / "page.html"
    invoke(results, "--output", page)
    rows = {row["run_id"]: row for row in data_of(page.read_bytes())["rows"]}
    told = {run_id: (row["rank"], row["tier"]) for run_id, row in rows.items()}
    assert told == {
        first.run_id: (1, "community"),
        close.run_id: (1, "community"),
        ann.run_id: (3, "reproduced"),
        run(0, model="zero").run_id: (None, ""),
    }
    assert rows[close.run_id]["tied_with"] == [rows[first.run_id]["label"]]
    assert rows[ann.run_id]["reproduced_by"] == 1
