"""`report`: places, ties and trust, for people and for programs."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from rich.cells import cell_len

from benchmark.commands import report
from benchmark.markdown import number
from benchmark.schema import schema_path
from tests.support.entries import entry, write
from tests.support.publishers import call
from tests.support.told import by, sure
from tests.support.work import parsed

if TYPE_CHECKING:
    from pathlib import Path

FIRST, CLOSE, FAR = sure(100, 0.03), sure(98, 0.03), sure(50, 0.03)
ANN, BOB = by("Ann", 31), by("Bob", 30)


def test_a_report_says_who_is_tied_with_whom_and_who_measured_the_same(here: Path) -> None:
    """First place is no coin-flip."""
    write(here / "hf_data", "leaderboard_x.json", FIRST, CLOSE, FAR, ANN, BOB)
    table = call("report", "hf_data").out
    places = [line.split()[0] for line in table.splitlines() if " gpt2 FP32 " in line]
    assert places == ["1=", "1=", "3", "4"]
    words = " ".join(table.split())
    assert f"1= {FIRST.run_id[:12]} is tied with {CLOSE.run_id[:12]}" in words
    assert f"↻ reproduced: {ANN.run_id[:12]}: by {BOB.run_id[:12]}" in words
    assert "4 ↻ gpt2 FP32 CPU" in words
    markdown = call("report", "hf_data", "--format", "markdown").out
    assert "| 1= | " in markdown
    assert "Tied, for the difference" in markdown
    assert "| reproduced by 1 |" in markdown


LONG = {
    "model.name": "mistralai/Mistral-Small-24B-Instruct-2501",
    "hardware.chip_model": "NVIDIA RTX PRO 6000 Blackwell Workstation Edition",
    "engine": "vllm",
    "engine_version": "0.11.0rc2.dev34+g1234567",
    "workload.name": "a-workload-of-ones-own",
    "workload.concurrent_requests": 128,
}


def test_at_80_columns_no_word_is_broken(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names go on in the next line behind one of the marks they are put together with."""
    one = entry({**LONG, "metadata.submitter": "Ann"})
    write(here / "hf_data", "leaderboard_x.json", one, FIRST)
    monkeypatch.setenv("COLUMNS", "80")
    table = call("report", "hf_data").out
    assert max(map(len, table.splitlines())) <= 80
    words = set(re.split(r"[\s/-]+", table))
    assert {"mistralai", "Mistral", "Instruct", "NVIDIA", "Blackwell", "Workstation"} <= words
    assert {"vllm", "workload", "128"} <= words
    assert "Ann" not in words
    monkeypatch.setenv("COLUMNS", "240")
    wide = call("report", "hf_data").out
    assert f"{LONG['model.name']} FP32" in wide
    assert "Ann" in wide
    assert one.run_id[:8] in wide


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_at_60_columns_figures_are_whole_and_lines_fit(
    here: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """Titles are wrapped above them, and a Chinese character takes two cells."""
    write(here / "hf_data", "leaderboard_x.json", entry(LONG), FIRST)
    monkeypatch.setenv("COLUMNS", "60")
    table = call("report", "hf_data", "--lang", lang).out
    assert max(map(cell_len, table.splitlines())) <= 60
    figures = {number(FIRST.at("metrics", name)) for name in ("throughput_tps", "ttft_ms")}
    assert figures <= set(table.split())


def test_a_hostile_name_stays_in_its_cell(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it is, and whatever it would do to a terminal."""
    one = entry({"model.name": "x" * 300 + "\x1b[2J", "metadata.submitter": "=1+1"})
    write(here / "hf_data", "leaderboard_x.json", one)
    monkeypatch.setenv("COLUMNS", "60")
    table = call("report", "hf_data").out
    assert "\x1b" not in table
    assert max(map(len, table.splitlines())) <= 60
    assert ",'=1+1," in call("report", "hf_data", "--format", "csv").out


def test_csv_has_a_line_for_each_with_units_in_the_names(here: Path) -> None:
    """What is not known is empty."""
    write(here / "hf_data", "leaderboard_x.json", FIRST, entry(LONG))
    rows = list(csv.DictReader(call("report", "hf_data", "--format", "csv").out.splitlines()))
    assert [row["model"] for row in rows].count(LONG["model.name"]) == 1
    first = next(row for row in rows if row["run_id"] == FIRST.run_id)
    assert (first["rank"], first["tier"], first["verdict"]) == ("1", "community", "sound")
    assert (float(first["throughput_tps"]), first["peak_mem_mb"]) == (100.0, "900")


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--model", "MISTRAL"), 1),
        (("--engine", "vllm 0.11"), 1),
        (("--hardware", "nvidia"), 1),
        (("--concurrency", "128"), 1),
        (("--workload", "ones-own", "--precision", "fp32"), 1),
        (("--submitter", "ann"), 1),
        (("--model", "nothing"), 0),
        ((), 2),
    ],
)
def test_filters_leave_what_has_all_of_them(here: Path, words: tuple[str, ...], count: int) -> None:
    """In any case, by a part of the name."""
    one = entry({**LONG, "metadata.submitter": "Ann"})
    write(here / "hf_data", "leaderboard_x.json", one, FIRST)
    assert len(call("report", "hf_data", *words, "--json").json["rows"]) == count


def test_nothing_left_is_said(here: Path) -> None:
    """No empty table."""
    write(here / "hf_data", "leaderboard_x.json", FIRST)
    assert "No result is ranked here." in call("report", "hf_data", "--model", "nothing").out


def test_my_results_have_a_rank_a_percentile_and_a_trend(here: Path) -> None:
    """Among all results that are comparable, over all my runs of the configuration."""
    mine = [
        entry(
            {
                "metrics.throughput_tps": speed,
                "metrics.ttft_ms": 50,
                "metadata.submitter": "Me",
                "metadata.submitted_at": f"2026-01-0{day}T00:00:00Z",
            }
        )
        for day, speed in ((3, 90), (1, 80), (2, 85))
    ]
    others = [
        entry(
            {"engine": "vllm", "engine_version": str(number), "metrics.throughput_tps": 90 + number}
        )
        for number in range(1, 4)
    ]
    write(here / "hf_data", "leaderboard_x.json", *mine, *others)
    [row] = call("report", "hf_data", "--mine", "--submitter", "me", "--json").json["results"]
    assert (row["rank"], row["of"], row["percentile"]) == (4, 4, 25.0)
    assert row["trend"] == [80, 85, 90]
    table = call("report", "hf_data", "--mine", "--submitter", "ME").out
    assert "4/4" in table
    assert "▁▅█" in table or "▁▄█" in table
    none = call("report", "hf_data", "--mine", "--submitter", "nobody")
    assert "No result of nobody is ranked here." in none.out


def places(said: str) -> list[str]:
    """What stands first in the lines of results."""
    return [line.split()[0] for line in said.splitlines() if re.search(" FP32 +CPU ", line)]


def test_people_are_shown_the_best_and_told_how_many_more_there_are(here: Path) -> None:
    """By default a hundred, or as many as they ask for; programs get all."""
    speeds = {speed: entry({"model.name": f"m{speed}", "metrics.throughput_tps": speed,
                            "metrics.tpot_ms": None}) for speed in range(1, 104)}  # fmt: skip
    write(here / "hf_data", "leaderboard_x.json", *speeds.values())
    table = call("report", "hf_data").out
    assert len(places(table)) == 100
    assert " m4 FP32 " in table
    assert " m3 FP32 " not in table
    assert "… and 3 more. All of them: --top all." in " ".join(table.split())
    for words, count in ((("--top", "all"), 103), (("--top", "2"), 2)):
        said = call("report", "hf_data", *words).out
        assert (len(places(said)), "more" in said) == (count, False)
    assert len(call("report", "hf_data", "--format", "csv").out.splitlines()) == 104
    assert len(call("report", "hf_data", "--json").json["rows"]) == 103
    assert len(call("report", "hf_data", "--json", "--top", "2").json["rows"]) == 2
    assert len(call("report", "hf_data", "--json", "--top", "9" * 30).json["rows"]) == 103
    for word in ("0", "-1", "1.5", "x", "", "9" * 5000):
        refused = call("report", "hf_data", "--top", word)
        assert (refused.code, "`all`" in refused.err) == (2, True)


def test_a_markdown_table_is_cut_unless_all_is_asked_for(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends with how many are left out."""
    monkeypatch.setitem(report._MOST, "markdown", 2)  # noqa: SLF001
    write(here / "hf_data", "leaderboard_x.json", FIRST, CLOSE, FAR, ANN)
    markdown = call("report", "hf_data", "--format", "markdown").out
    assert markdown.splitlines()[4] == "| … and 2 more |"
    every = call("report", "hf_data", "--format", "markdown", "--top", "all").out
    assert every.count("\n| ") == 4
    assert "more |" not in every


def test_my_results_are_bounded_too(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best of them, by rank."""
    monkeypatch.setitem(report._MOST, "table", 1)  # noqa: SLF001
    write(here / "hf_data", "leaderboard_x.json", ANN, by("Ann", 50, **{"model.name": "m"}))
    mine = ("report", "hf_data", "--mine", "--submitter", "ann")
    assert "… and 1 more." in call(*mine).out
    assert "more" not in call(*mine, "--top", "2").out
    assert len(call(*mine, "--json").json["results"]) == 2


def test_no_run_is_parsed_more_often_for_there_being_more_of_them(here: Path) -> None:
    """Work that is linear: each result is read a few times, whatever is asked."""
    count = 80
    results = [by(f"S{n}", 50 + n / 1000, **{"model.name": f"m{n}"}) for n in range(count)]
    write(here / "hf_data", "leaderboard_x.json", *results)
    for words in ((), ("--json",), ("--format", "csv"), ("--mine", "--submitter", "S1")):
        assert parsed("report", "hf_data", "--top", "all", *words) <= 3 * count, words


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
