"""`doctor` and `compact` on a hub and on a clone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from benchmark.canonical import digest
from benchmark.commands import doctor
from benchmark.derived import MANIFEST
from benchmark.derived import files as derived
from benchmark.localhub import failures
from tests.scripts.test_history import cloned
from tests.support import entries
from tests.support.publishers import (
    MULTI,
    REPO,
    SINGLE,
    call,
    commits,
    every_commit_is_conditional,
    fails_helpfully,
    held,
    submission,
)

if TYPE_CHECKING:
    from benchmark.localhub.testing import RunningHub

SCHEMAS = Path(__file__).parents[2] / "schemas"
RUNS = [entries.run(speed) for speed in (100, 104, 108)]
OTHER = entries.run(50, model="other")


@pytest.fixture(params=["few runs", "an index"], autouse=True)
def _derived(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "FEW", 0 if request.param == "an index" else 256)


def published(here: Path, *runs: Any) -> None:
    """One commit for each."""
    for run in runs:
        submission(here, run)
        assert call("publish").code == 0


def report(*words: str) -> dict[str, Any]:
    """What `doctor --json` says, which fits its schema and its exit code."""
    done = call("doctor", *words, "--json")
    schema = json.loads((SCHEMAS / "doctor_report_v1.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(done.json, schema)
    assert done.code == (0 if done.json["healthy"] else 65)
    return done.json


def wrong(said: dict[str, Any]) -> set[str]:
    """The checks that do not hold."""
    return {check["name"] for check in said["checks"] if not check["holds"]}


def test_a_dataset_that_is_well_is_said_to_be(hub: RunningHub, here: Path) -> None:
    """After publishing, retracting, taking down and compacting; people are told in words."""
    published(here, *RUNS, OTHER)
    assert call("retract", RUNS[2].run_id, "--reason", "r", "--by", "b").code == 0
    assert call("takedown", RUNS[1].run_id, "--reason", "r", "--by", "b").code == 0
    assert wrong(report()) == set()
    assert call("compact").code == 0
    assert wrong(report(str(cloned(hub, here / "clone")))) == set()
    done = call("doctor")
    assert (done.code, done.err) == (0, "")
    assert "✓ boards-follow: the leaderboards follow" in done.out
    shown = {line.split()[1].rstrip(":") for line in done.out.splitlines() if "✓" in line}
    assert shown == {check["name"] for check in report()["checks"]}


def test_a_hand_edit_that_was_squashed_away_is_noticed(hub: RunningHub, here: Path) -> None:
    """Whatever the commits say: a fragment of another content under its own name."""
    published(here, *RUNS)
    files = hub.files(REPO)
    path = next(path for path in files if path.startswith("runs/2") and path.endswith(".jsonl"))
    faster = entries.run(999).canonical + b"\n"
    hub.create("lab/squashed", {**files, path: faster})
    said = report("--hf-repo", "lab/squashed")
    assert "fragment-names" in wrong(said)
    honest = f"runs/2026-01/{digest(faster)}.jsonl"
    left = {name: data for name, data in files.items() if name != path}
    hub.create("lab/renamed", {**left, honest: faster})
    assert "boards-follow" in wrong(report("--hf-repo", "lab/renamed"))


def test_a_fix_is_one_conditional_commit(hub: RunningHub, here: Path) -> None:
    """Made again when somebody was first; and none where nothing is wrong."""
    published(here, *RUNS)
    good = hub.files(REPO)
    hub.write(REPO, {SINGLE: b"[]\n", "README.md": b"# Mine\n"})
    before = commits(hub)
    new = OTHER.canonical + b"\n"
    name = f"runs/2026-01/{digest(new)}.jsonl"
    hub.faults.next(failures.another_writer(lambda: hub.write(REPO, {name: new})))
    said = report("--fix")
    assert {SINGLE, "README.md"} <= set(said["fixed"])
    assert commits(hub) == before + 1
    assert every_commit_is_conditional(hub)
    assert set(held(hub).runs) == {run.run_id for run in [*RUNS, OTHER]}
    assert hub.files(REPO)[MULTI] == good[MULTI]
    assert report("--fix")["fixed"] == []
    assert commits(hub) == before + 1


def test_a_clone_is_repaired_in_place(hub: RunningHub, here: Path) -> None:
    """Old files go, and the working tree is all that changes."""
    published(here, *RUNS)
    clone = cloned(hub, here / "clone")
    fragment = next((clone / "runs").glob("2*/*.jsonl"))
    fragment.rename(fragment.with_name("mine.jsonl"))
    said = report(str(clone))
    assert "fragment-names" in wrong(said)
    fixed = report(str(clone), "--fix")
    assert any(path.endswith("mine.jsonl") for path in fixed["fixed"])
    assert fragment.exists()
    assert not fragment.with_name("mine.jsonl").exists()
    assert commits(hub) == len(RUNS)


def test_a_clone_that_changes_meanwhile_is_left_alone(
    hub: RunningHub, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever edits it at the same time keeps what was written."""
    published(here, *RUNS)
    clone = cloned(hub, here / "clone")
    (clone / SINGLE).write_bytes(b"[]\n")
    treated = doctor.treated

    def meanwhile(snapshot: Any, *, month: str) -> Any:
        (clone / MULTI).write_bytes(b"[ ]\n")
        monkeypatch.setattr(doctor, "treated", treated)
        return treated(snapshot, month=month)

    monkeypatch.setattr(doctor, "treated", meanwhile)
    assert report(str(clone), "--fix")["healthy"] is True
    assert (clone / MULTI).read_bytes() == b"[]\n"


def test_a_folder_that_is_no_dataset_is_wrong_usage(here: Path) -> None:
    """2, and not "all is well"."""
    (here / "empty").mkdir()
    fails_helpfully(call("doctor", "empty"), 2)


def test_many_fragments_become_few(hub: RunningHub, here: Path) -> None:
    """Same runs, same leaderboards, one commit, and the next publish reads no more than before."""
    published(here, *RUNS, OTHER)
    before, state = hub.files(REPO), held(hub)
    looked = call("compact", "--check", "--json").json
    assert (looked["changed"], looked["worthwhile"]) == (False, False)
    assert [(f["files"], f["after"]) for f in looked["folders"]] == [(4, 1)]
    assert hub.files(REPO) == before
    assert call("compact", "--json").json["changed"] is True
    after = hub.files(REPO)
    assert sum(path.endswith(".jsonl") for path in after) == 1
    assert (after[SINGLE], after[MULTI]) == (before[SINGLE], before[MULTI])
    assert held(hub).logged == state.logged
    assert wrong(report()) == set()
    total = commits(hub)
    assert call("compact", "--json").json["changed"] is False
    assert commits(hub) == total
    asked = len(hub.requests)
    published(here, entries.run(110))
    reads = [request.path for request in hub.requests[asked:] if "resolve" in request.path]
    assert (MANIFEST not in after) == any(".jsonl" in path for path in reads)


def test_what_lacks_a_leaderboard_is_not_compacted(hub: RunningHub, here: Path) -> None:
    """It is said what makes it again, and then it is."""
    published(here, *RUNS, OTHER)
    clone = cloned(hub, here / "clone")
    (clone / MULTI).unlink()
    before = sorted(clone.rglob("*.jsonl"))
    for words in (("compact", str(clone)), ("compact", str(clone), "--check")):
        fails_helpfully(call(*words), 65)
    assert sorted(clone.rglob("*.jsonl")) == before
    assert report(str(clone), "--fix")["healthy"] is True
    assert call("compact", str(clone)).code == 0


def test_a_dataset_without_anything_has_nothing_to_join(hub: RunningHub, here: Path) -> None:
    """It lacks leaderboards, and that is how it must be."""
    assert here
    hub.create("lab/new")
    done = call("compact", "--hf-repo", "lab/new", "--json")
    assert (done.code, done.json["changed"]) == (0, False)


def test_what_stands_in_a_sentence_is_told_in_the_same_language(
    hub: RunningHub, here: Path
) -> None:
    """What to do about it."""
    published(here, *RUNS)
    clone = cloned(hub, here / "clone")
    for fragment in (clone / "runs").glob("2*/*.jsonl"):
        fragment.unlink()
    assert "Restore the file" in call("doctor", str(clone)).out
    assert "Restore the file" not in call("doctor", str(clone), "--lang", "zh").out
