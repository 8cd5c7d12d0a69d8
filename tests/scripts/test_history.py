"""`history` of a dataset, of a clone of it, and of files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema

from tests.support import entries
from tests.support.publishers import REPO, SINGLE, call, fails_helpfully, submission
from tests.support.told import by
from tests.support.work import parsed

if TYPE_CHECKING:
    from benchmark.localhub.testing import RunningHub

SCHEMA = Path(__file__).parents[2] / "schemas" / "history_v1.schema.json"
X, Y, Z = entries.run(100, 80), entries.run(104, 90), entries.run(108, 100)
OTHER = entries.run(50, model="other")
WHY = ("--reason", "wrong clock", "--by", "lab")


def cloned(hub: RunningHub, folder: Path) -> Path:
    """The files at the head."""
    for path, data in hub.files(REPO).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def kinds(said: dict) -> list[str]:
    """The fates of the only configuration."""
    jsonschema.validate(said, json.loads(SCHEMA.read_text(encoding="utf-8")))
    [configuration] = said["configurations"]
    return sorted(run["fate"]["kind"] for run in configuration["runs"])


def test_every_run_is_shown_with_its_fate(hub: RunningHub, here: Path) -> None:
    """Superseded, retracted, taken down, best; the same of the dataset as of a clone."""
    submission(here, X, Y, Z, OTHER)
    assert call("publish").code == 0
    assert call("retract", Z.run_id, *WHY).code == 0
    assert call("takedown", OTHER.run_id, *WHY).code == 0
    done = call("history", X.label, "--json")
    assert kinds(done.json) == ["best", "retracted", "superseded"]
    assert [stone["run_id"] for stone in done.json["taken_down"]] == [OTHER.run_id]
    local = call("history", X.label, str(cloned(hub, here / "clone")), "--format", "json")
    assert local.json == done.json


def test_people_are_shown_a_table(here: Path) -> None:
    """Or Markdown, in which nobody's text is markup; or what matches, if that is several."""
    hostile = entries.entry({"metadata.submitter": "[red]<b>x|y"})
    submission(here, X, Y, hostile, OTHER)
    assert call("publish").code == 0
    table = call("history", Y.run_id[:8])
    assert (table.code, table.err) == (0, "")
    for run in (X, Y):
        assert run.run_id[:12] in table.out
    assert "[red]" in table.out
    markdown = call("history", Y.label, "--format", "markdown").out
    assert markdown.startswith("### CPU")
    assert "<b>" not in markdown
    several = call("history", "cpu")
    assert "2 configurations match" in several.out
    assert OTHER.label in several.out


def test_what_was_taken_down_is_found_by_its_id(here: Path) -> None:
    """With the reason, and nothing else."""
    submission(here, X)
    assert call("publish").code == 0
    assert call("takedown", X.run_id, *WHY).code == 0
    told = call("history", X.run_id[:8])
    assert (told.code, "wrong clock" in told.out) == (0, True)


def test_files_have_a_history_too(here: Path) -> None:
    """What `run` wrote, before anything is published; the data folder is no clone."""
    entries.write(here / "outputs" / "a", "Q1_leaderboard.json", X)
    entries.write(here / "hf_data", SINGLE, Y)
    entries.write(here / "hf_data" / "runs", "leaderboard_run_1.json", Z)
    done = call("history", "gpt2", "outputs", "hf_data", "--json")
    assert kinds(done.json) == ["best", "superseded", "superseded"]


def test_a_configuration_that_is_not_there_is_wrong_usage(here: Path) -> None:
    """2, with what to give instead."""
    entries.write(here / "outputs", "Q1_leaderboard.json", X)
    fails_helpfully(call("history", "no such thing", "outputs"), 2)


def of_many(folder: Path, count: int) -> Path:
    """A file of so many runs of one configuration, the earliest the best."""
    runs = [
        by(
            f"S{n}",
            100 - n / 1000,
            **{"metadata.submitted_at": f"2026-01-01T{n // 60:02}:{n % 60:02}Z"},
        )
        for n in range(count)
    ]
    entries.write(folder, "leaderboard_x.json", *runs)
    return folder


def test_people_are_shown_the_newest_runs_and_told_how_many_more_there_are(here: Path) -> None:
    """By default fifty, or as many as they ask for, and the best one; programs get all."""
    folder = str(of_many(here / "many", 203))

    def shown(*words: str) -> tuple[int, str]:
        said = call("history", "gpt2", folder, *words).out
        return len(re.findall("^ *2026-01-01 |^\\| 2026", said, re.MULTILINE)), said

    count, said = shown()
    assert count == 51
    assert "2026-01-01 00:00" in said
    assert "2026-01-01 03:22" in said
    assert "… and 152 earlier ones. All of them: --last all." in " ".join(said.split())
    assert shown("--last", "2")[0] == 3
    every = shown("--last", "all")
    assert (every[0], "earlier ones" in every[1]) == (203, False)
    markdown = shown("--format", "markdown")
    assert (markdown[0], markdown[1].splitlines()[-1]) == (201, "| … and 2 more |")
    assert shown("--format", "markdown", "--last", "all")[0] == 203
    for words, expected in (((), 203), (("--last", "7"), 8)):
        [one] = call("history", "gpt2", folder, "--json", *words).json["configurations"]
        assert len(one["runs"]) == expected


def test_no_run_is_parsed_more_often_for_there_being_more_of_them(here: Path) -> None:
    """Work that is linear; of those that are not shown next to none."""
    few, many = (str(of_many(here / f"{count}", count)) for count in (60, 240))
    for words in ((), ("--json",), ("--last", "all")):
        one, four = (parsed("history", "gpt2", folder, *words) for folder in (few, many))
        assert four <= 4 * one + 40, words
    assert parsed("history", "gpt2", many) <= 2 * 240


def test_who_has_measured_the_same_is_told_beside_the_fate(here: Path) -> None:
    """With how many and which, computed from the history."""
    ann, bob, zero = by("Ann", 31), by("Bob", 30), by("Cem", 0)
    entries.write(here / "hf_data", "leaderboard_x.json", ann, bob, zero)
    done = call("history", ann.label, "hf_data", "--json")
    kinds(done.json)
    [configuration] = done.json["configurations"]
    told = {run["run_id"]: (run["tier"], run["reproduced_by"]) for run in configuration["runs"]}
    assert told == {
        ann.run_id: ("reproduced", [bob.run_id]),
        bob.run_id: ("reproduced", [ann.run_id]),
        zero.run_id: (None, []),
    }
    assert f"reproduced by {bob.run_id[:12]}" in " ".join(
        call("history", ann.label, "hf_data", "--format", "markdown").out.split()
    )
