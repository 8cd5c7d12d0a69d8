"""What the verbs say and do about results that cannot be believed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from benchmark.schema import schema_path
from tests.support.entries import entry, run, write
from tests.support.publishers import REPO, SINGLE, boards, call, held, submission

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

CLAIM = entry({"metrics.throughput_tps": 9e14})
DOUBTED = entry({"metrics.throughput_tps": 200})


def test_an_impossible_claim_is_kept_and_a_confirmation_ranks_it(
    hub: RunningHub, here: Path
) -> None:
    """And a retraction takes it out again, whatever was confirmed; rebuilding agrees each time."""
    submission(here, CLAIM, entry())
    done = call("publish", "--json").json
    assert (done["not_ranked"], done["doubtful"]) == (1, 0)
    assert "tokens/s are claimed" in done["not_ranked_runs"][0]["reasons"][0]
    assert boards(hub)[0] == b"[\n" + entry().canonical + b"\n]\n"
    assert held(hub).logged == {CLAIM.run_id, entry().run_id}
    words = ("--reason", "I was there", "--by", "lab")
    done = call("confirm", CLAIM.run_id[:12], *words, "--json")
    assert (done.code, done.json["changed"]) == (0, True)
    assert boards(hub)[0] == b"[\n" + CLAIM.canonical + b"\n]\n"
    before = hub.files(REPO)
    assert call("confirm", CLAIM.run_id, *words, "--json").json["changed"] is False
    assert call("publish", "--json").json["changed"] is False
    assert call("rebuild", "--check").code == 0
    assert hub.files(REPO) == before
    assert call("retract", CLAIM.run_id, *words).code == 0
    assert boards(hub)[0] == b"[\n" + entry().canonical + b"\n]\n"
    assert [row.run_id for row in held(hub).confirmations] == [CLAIM.run_id]


def test_a_leaderboard_of_an_older_release_is_recomputed(hub: RunningHub, here: Path) -> None:
    """What led there and cannot be true is still in the history, and leads no longer."""
    history = CLAIM.canonical + b"\n" + entry().canonical + b"\n"
    old = {SINGLE: b"[\n" + CLAIM.canonical + b"\n]\n", "runs/2026-01/old.jsonl": history}
    hub.write(REPO, old)
    assert call("rebuild", "--check").code == 65
    assert call("rebuild").code == 0
    assert boards(hub)[0] == b"[\n" + entry().canonical + b"\n]\n"
    assert held(hub).logged == {CLAIM.run_id, entry().run_id}
    hub.write(REPO, old)
    submission(here, run(1, model="new"))
    assert call("publish").code == 0
    assert CLAIM.canonical not in boards(hub)[0]


def test_a_local_merge_is_what_the_dataset_would_hold(hub: RunningHub, here: Path) -> None:
    """Confirmations are read with the leaderboards."""
    submission(here, CLAIM, entry())
    assert call("publish").code == 0
    assert call("confirm", CLAIM.run_id, "--reason", "seen", "--by", "lab").code == 0
    (here / "hf_data" / SINGLE).unlink()
    assert call("aggregate").code == 0
    assert (here / "hf_data" / SINGLE).read_bytes() == boards(hub)[0]
    assert CLAIM.canonical in boards(hub)[0]


def test_a_doubtful_run_is_ranked_until_another_comes(hub: RunningHub, here: Path) -> None:
    """And is named with its reason."""
    submission(here, DOUBTED)
    done = call("publish", "--json").json
    assert (done["not_ranked"], done["doubtful"]) == (0, 1)
    assert "at most" in done["doubtful_runs"][0]["reasons"][0]
    assert DOUBTED.canonical in boards(hub)[0]
    submission(here, DOUBTED, entry())
    assert call("publish").code == 0
    assert DOUBTED.canonical not in boards(hub)[0]


def test_validate_warns_on_the_very_line(here: Path) -> None:
    """It is valid: the exit code is 0."""
    file = write(here / "hf_data", "leaderboard_x.json", run(1), CLAIM)
    lines = file.read_text().split("\n")
    line = max(n for n, text in enumerate(lines, 1) if '"throughput_tps"' in text)
    done = call("validate", "hf_data", "--json")
    Draft202012Validator(json.loads(schema_path("validation_v1.schema.json").read_text())).validate(
        done.json
    )
    assert (done.code, done.json["rejected"]) == (0, [])
    first = done.json["verdicts"][0]
    assert (first["verdict"], first["path"]) == ("impossible", "$[1].metrics.throughput_tps")
    assert (first["file"], first["line"]) == ("hf_data/leaderboard_x.json", line)
    assert f"hf_data/leaderboard_x.json:{line}::$[1].metrics.throughput_tps" in done.err


def test_a_report_marks_what_is_doubtful_and_names_what_is_not_ranked(here: Path) -> None:
    """With the arithmetic."""
    write(here / "hf_data", "leaderboard_x.json", DOUBTED, CLAIM)
    table = call("report", "hf_data").out
    assert "1 ⚠  gpt2 FP32  CPU" in table
    assert f"doubtful: {DOUBTED.run_id[:12]}" in table
    assert f"not ranked: {CLAIM.run_id[:12]}" in table
    assert "⚠ doubtful: " in call("report", "hf_data", "--format", "markdown").out
