"""The command that writes the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from benchmark.commands.page import command
from benchmark.dataset import Dataset
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError, UsageError
from benchmark.page import builder
from benchmark.page import rows_of as rows_of_dataset
from tests.page.reading import data_of, entries_of, facts_of, inflated, rows_of
from tests.page.samples import FAILED, FAST, build, entry
from tests.support.entries import data as valid
from tests.support.entries import run, write
from tests.support.told import by, sure

if TYPE_CHECKING:
    from pathlib import Path


def invoke(*arguments: object, now: str = "1767225600") -> str:
    """What the command says, run as from a shell, errors raised."""
    run = CliRunner().invoke(
        command, [str(a) for a in arguments], env={"SOURCE_DATE_EPOCH": now}, standalone_mode=False
    )
    if run.exception:
        raise run.exception
    return run.stderr


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
    assert data["total"] == 2
    assert all(facts_of(page.read_bytes())["not_ranked"])


def test_a_file_that_is_no_json_stops_the_command_and_leaves_the_page(tmp_path: Path) -> None:
    """The old page is still there and the violation names the file."""
    (tmp_path / "bad.json").write_text("[")
    page = tmp_path / "page.html"
    page.write_text("old")
    with pytest.raises(InvalidDataError) as caught:
        invoke(tmp_path / "bad.json", "--output", page)
    assert caught.value.violations[0].file.endswith("bad.json")
    assert page.read_text() == "old"


def test_a_file_with_a_credential_is_put_on_no_page(tmp_path: Path) -> None:
    """A page is public; in which of its texts the credential would stand does not matter."""
    leaking = valid({"metadata.notes": "Authorization: Bearer " + "a1B2c3D4" * 5})
    (tmp_path / "bad.json").write_text(json.dumps([leaking]))
    with pytest.raises(InvalidDataError, match="credential") as caught:
        invoke(tmp_path / "bad.json", "--output", tmp_path / "page.html")
    assert caught.value.violations[0].path == "$[0].metadata.notes"
    assert not (tmp_path / "page.html").exists()


def test_a_path_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    """With a hint how to get data."""
    with pytest.raises(UsageError, match="does not exist"):
        invoke(tmp_path / "nowhere", "--output", tmp_path / "page.html")


def test_the_page_opens_in_the_language_asked_for(tmp_path: Path) -> None:
    """Readers can still switch."""
    (tmp_path / "leaderboard_single.json").write_text(json.dumps([entry("gpt2")]))
    invoke(tmp_path, "--output", tmp_path / "page.html", "--lang", "zh")
    assert data_of((tmp_path / "page.html").read_bytes())["lang"] == "zh"


def real(entry_id: str, *, tps: float, chip: str = "CPU") -> dict[str, Any]:
    """A schema-valid entry."""
    changes = {"entry_id": entry_id, "metrics.throughput_tps": tps, "hardware.chip_model": chip}
    return valid(changes)


def test_what_run_wrote_is_read(tmp_path: Path) -> None:
    """A folder of results is as good as one of leaderboards."""
    folder = tmp_path / "outputs" / "cpu" / "gpt2" / "Q1_20260101_001"
    folder.mkdir(parents=True)
    (folder / "Q1_leaderboard.json").write_text(json.dumps(FAST))
    invoke(tmp_path / "outputs", "--output", tmp_path / "page.html")
    assert data_of((tmp_path / "page.html").read_bytes())["total"] == 1


RUNS = {"first": 10.0, "second": 30.0, "third": 20.0}


def test_a_better_run_supersedes_the_others_of_its_configuration(tmp_path: Path) -> None:
    """Each says by which."""
    (tmp_path / "leaderboard_single.json").write_text(
        json.dumps([real(name, tps=tps) for name, tps in RUNS.items()])
    )
    invoke(tmp_path, "--output", tmp_path / "page.html")
    facts = facts_of((tmp_path / "page.html").read_bytes())
    speeds = {Entry(real(name, tps=tps)).run_id: tps for name, tps in RUNS.items()}
    for run_id, better in zip(facts["run_id"], facts["superseded_by"], strict=True):
        assert speeds[better] > speeds[run_id] if better else speeds[run_id] == 30


def test_an_empty_folder_makes_a_page_that_says_how_to_fill_it(tmp_path: Path) -> None:
    """And so does the command."""
    (tmp_path / "outputs").mkdir()
    said = invoke(tmp_path / "outputs", "--output", tmp_path / "page.html", "--lang", "en")
    assert "No results were found" in said


def test_more_results_than_a_page_holds_are_in_a_file_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page has the best of them, and the name of that file."""
    monkeypatch.setattr(builder, "INLINE_ROWS", 2)
    values = [real(f"{n}", tps=n + 1, chip=f"chip {n}") for n in range(5)]
    (tmp_path / "leaderboard_single.json").write_text(json.dumps(values))
    invoke(tmp_path, "--output", tmp_path / "board.html")
    page = (tmp_path / "board.html").read_bytes()
    assert (data_of(page)["total"], data_of(page)["data_name"]) == (5, "board-data.json")
    assert len(rows_of(page)) == 2
    beside = json.loads((tmp_path / "board-data.json").read_bytes())
    assert len(entries_of(inflated(beside["rows"]), inflated(beside["rest"]))) == 5


def test_what_is_doubted_is_told_with_every_reason() -> None:
    """As `validate` and `report` tell it."""
    doubted = Entry(valid({"metrics.tpot_ms": 1e-5}))
    (row,) = rows_of_dataset(Dataset().joined([doubted]))
    assert row.verdict == doubted.verdict.kind != "sound"
    assert facts_of(build([row]))["verdict_reasons"] == [[*map(str, row.verdict_reasons)]]


def test_rows_say_who_is_tied_and_what_stands_behind_them(tmp_path: Path) -> None:
    """By label; what may not be ranked has neither place nor tier."""
    first, close, ann, bob = sure(100, 0.03), sure(98, 0.03), by("Ann", 31), by("Bob", 30)
    results = write(tmp_path, "leaderboard_x.json", first, close, ann, bob, run(0, model="zero"))
    page = tmp_path / "page.html"
    invoke(results, "--output", page)
    facts = facts_of(page.read_bytes())
    of = {
        run_id: {name: values[at] for name, values in facts.items()}
        for at, run_id in enumerate(facts["run_id"])
    }
    told = {run_id: (fact["rank"], fact["tier"]) for run_id, fact in of.items()}
    assert told == {
        first.run_id: (1, "community"),
        close.run_id: (1, "community"),
        ann.run_id: (3, "reproduced"),
        bob.run_id: (None, "reproduced"),
        run(0, model="zero").run_id: (None, ""),
    }
    assert of[close.run_id]["tied_with"] == [of[first.run_id]["label"]]
    assert of[ann.run_id]["reproduced_by"] == 1
    assert of[bob.run_id]["superseded_by"] == ann.run_id
