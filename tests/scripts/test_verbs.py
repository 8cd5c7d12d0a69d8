"""What each verb promises its callers: one JSON object, and nothing done that was not asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.support import entries
from tests.support.publishers import (
    MULTI,
    PUBLISH,
    REPO,
    SINGLE,
    UPLOAD,
    at,
    boards,
    call,
    commits,
    fails_helpfully,
    fingerprint,
    finish,
    held,
    start,
    submission,
)

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

COLD = (sys.executable, "-I")
X, Y, Z = entries.run(100, 80), entries.run(104, 90), entries.run(108, 100)
BOARD_FIELDS = {"added", "updated", "skipped", "total"}
SUMMARY_FIELDS = {"revision", "changed", "single", "multi", "rejected", "not_ranked"}
USAGE_ERRORS = {
    "no such option": ["publish", "--nonsense"],
    "no such verb": ["nonsense"],
    "attempts": ["publish", "--max-attempts", "0"],
    "dataset": ["publish", "--hf-repo", "no-namespace"],
    "endpoint": ["publish", "--endpoint", "ftp://example.org"],
    "parent": ["upload", "--parent", "main"],
}


def test_a_publish_is_one_json_object(hub: RunningHub, here: Path) -> None:
    """Every field that others rely on; what is for people goes to stderr."""
    multi, zero = entries.multi_node(), entries.run(0, model="zero")
    submission(here, X, multi, zero)
    done = call("publish", "--json")
    assert done.json.keys() >= {*SUMMARY_FIELDS, "attempts"}
    assert done.json["single"].keys() == done.json["multi"].keys() == BOARD_FIELDS
    assert done.json["single"] == {"added": [X.label], "updated": [], "skipped": 0, "total": 1}
    assert done.json["multi"] == {"added": [multi.label], "updated": [], "skipped": 0, "total": 1}
    assert (done.json["rejected"], done.json["not_ranked"], done.json["attempts"]) == ([], 1, 1)
    assert done.json["revision"] == hub.head(REPO)
    assert X.label in done.err
    assert zero.label in done.err


def test_a_better_run_is_updated_and_a_worse_one_skipped(hub: RunningHub, here: Path) -> None:
    """Three publishes of one configuration."""
    submission(here, Y)
    assert call("publish").code == 0
    submission(here, Z)
    assert call("publish", "--json").json["single"]["updated"] == [Z.label]
    submission(here, X)
    worse = call("publish", "--json").json
    assert worse["single"] == {"added": [], "updated": [], "skipped": 1, "total": 1}
    assert (worse["changed"], set(held(hub).runs)) == (True, {X.run_id, Y.run_id, Z.run_id})


def test_an_aggregate_is_one_json_object(hub: RunningHub, here: Path) -> None:
    """As publish's, but without attempts."""
    entries.write(here / "outputs" / "deep" / "er", "Q1_leaderboard.json", X)
    done = call("aggregate", "--json")
    assert done.json.keys() >= SUMMARY_FIELDS
    assert "attempts" not in done.json
    assert (done.json["single"]["added"], done.json["changed"]) == ([X.label], True)
    assert done.json["revision"] == hub.head(REPO)


@pytest.mark.parametrize("mistake", USAGE_ERRORS)
def test_wrong_usage_is_one_json_object_too(hub: RunningHub, here: Path, mistake: str) -> None:
    """2, whoever parses stdout gets the reason."""
    submission(here, X)
    done = call(*USAGE_ERRORS[mistake], "--json")
    assert (done.code, done.json["error"]["exit_code"]) == (2, 2)
    assert done.json["error"]["message"]
    assert commits(hub) == 0


def test_without_json_stdout_is_for_people(hub: RunningHub, here: Path) -> None:
    """And stderr is empty while all is well."""
    submission(here, X)
    done = call("publish")
    assert (done.code, done.err) == (0, "")
    assert X.label in done.out
    assert hub.head(REPO)[:8] in done.out


def test_a_dry_run_changes_nothing(hub: RunningHub, here: Path) -> None:
    """It says what would be added, and sends nothing that writes."""
    submission(here, X)
    head, before = hub.head(REPO), fingerprint(here)
    done = call("publish", "--dry-run", "--json")
    assert (done.code, done.json["changed"], done.json["revision"]) == (0, True, head)
    assert done.json["single"]["added"] == [X.label]
    assert (hub.head(REPO), fingerprint(here)) == (head, before)
    assert {record.method for record in hub.requests} <= {"GET", "HEAD"}


def test_a_pull_request_leaves_main_alone(hub: RunningHub, here: Path) -> None:
    """Its branch holds the run; whoever merges it publishes it."""
    submission(here, X)
    head = hub.head(REPO)
    done = call("publish", "--create-pr", "--json")
    assert (done.code, done.json["changed"], hub.head(REPO)) == (0, True, head)
    assert hub.head(REPO, "refs/pr/1") == done.json["revision"]
    assert done.json["url"].endswith("/discussions/1")
    assert set(held(hub, "refs/pr/1").runs) == {X.run_id}
    assert held(hub).runs == {}


def test_an_upload_on_an_old_parent_changes_nothing(hub: RunningHub, tmp_path: Path) -> None:
    """The real script: 75, somebody was first."""
    old = hub.head(REPO)
    head = hub.create(REPO, {"note.txt": b"somebody was first"})
    folder = submission(tmp_path / "w", X)
    done = finish(start(UPLOAD, "--parent", old, "--json", cwd=folder, **at(hub)))
    fails_helpfully(done, 75)
    assert done.json["error"]["type"] == "ConflictError"
    assert hub.head(REPO) == head
    good = finish(start(UPLOAD, "--parent", head, "--json", cwd=folder, **at(hub)))
    assert (good.code, good.json["changed"], set(held(hub).runs)) == (0, True, {X.run_id})


def test_an_upload_on_a_parent_that_is_not_there_changes_nothing(
    hub: RunningHub, here: Path
) -> None:
    """It cannot be read, so nothing is committed."""
    submission(here, X)
    done = call("upload", "--parent", "0" * 40)
    assert done.code in {69, 77}
    assert commits(hub) == 0


def test_after_a_retraction_the_next_best_run_takes_the_place(hub: RunningHub, here: Path) -> None:
    """The run stays in runs/, publishing it again does not bring it back, rebuilding agrees."""
    submission(here, X, Y, Z)
    assert call("publish").code == 0
    done = call("retract", Z.run_id, "--reason", "wrong clock", "--by", "lab", "--json")
    assert (done.code, done.json["changed"]) == (0, True)
    assert boards(hub)[0] == b"[\n" + Y.canonical + b"\n]\n"
    assert set(held(hub).logged) == {X.run_id, Y.run_id, Z.run_id}
    before = hub.files(REPO)
    assert call("publish", "--json").json["changed"] is False
    assert call("retract", Z.run_id[:8], "--reason", "again", "--by", "lab").code == 0
    assert (call("rebuild").code, call("rebuild", "--check").code) == (0, 0)
    assert hub.files(REPO) == before


def test_a_retraction_of_nobody_is_wrong_usage(hub: RunningHub, here: Path) -> None:
    """2, and no commit."""
    submission(here, X)
    fails_helpfully(call("retract", "0" * 64, "--reason", "r", "--by", "me"), 2)
    assert commits(hub) == 0


def test_a_damaged_leaderboard_is_rebuilt_to_the_same_bytes(hub: RunningHub, here: Path) -> None:
    """Whatever somebody did to the two files, runs/ has it all."""
    submission(here, X, Y, Z, entries.multi_node())
    assert call("publish").code == 0
    before = boards(hub)
    hub.write(REPO, {SINGLE: b"[]\n", MULTI: b"[]"})
    assert call("rebuild", "--check").code == 65
    assert call("rebuild").code == 0
    assert boards(hub) == before


def test_offline_writes_and_otherwise_nothing_is_touched(here: Path) -> None:
    """One data folder, the Hub down, first without and then with --offline."""
    entries.write(here / "outputs", "Q1_leaderboard.json", Z)
    entries.write(here / "hf_data", SINGLE, Y)
    before, down = fingerprint(here / "hf_data"), ("--endpoint", "http://127.0.0.1:9")
    fails_helpfully(call("aggregate", *down), 69)
    assert fingerprint(here / "hf_data") == before
    assert call("aggregate", *down, "--offline").code == 0
    assert (here / "hf_data" / SINGLE).read_bytes() == b"[\n" + Z.canonical + b"\n]\n"


def test_what_aggregate_writes_is_what_publish_takes(hub: RunningHub, here: Path) -> None:
    """All three runs, the winner in the leaderboard and the losers beside it, arrive."""
    for index, run in enumerate((X, Y, Z)):
        entries.write(here / "outputs" / str(index), "Q1_leaderboard.json", run)
    assert call("aggregate").code == 0
    assert call("publish", "--json").json["single"]["added"] == [Z.label]
    assert set(held(hub).logged) == {X.run_id, Y.run_id, Z.run_id}


def test_the_real_script_prints_json_and_nothing_else(hub: RunningHub, tmp_path: Path) -> None:
    """On success and on failure, with the client's own warnings on."""
    folder = submission(tmp_path / "w", X)
    good = finish(start(PUBLISH, "--json", cwd=folder, python=COLD, **at(hub)))
    assert good.json["single"]["added"] == [X.label]
    assert good.out.count("\n") == 1
    bad = finish(
        start(PUBLISH, "--json", "--hf-repo", "lab/none", cwd=folder, python=COLD, **at(hub))
    )
    assert bad.json["error"].keys() == {"type", "message", "hint", "exit_code"}
    assert (bad.code, bad.out.count("\n")) == (77, 1)
