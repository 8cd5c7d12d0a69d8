"""Pull requests from forks: what would be published is shown, without a secret or write access."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub import failures
from tests.action.world import SINGLE, VALIDATE, World, outputs
from tests.support.entries import data, entry, run
from tests.support.publishers import REPO, authorizations

if TYPE_CHECKING:
    from benchmark.entry import Entry
    from benchmark.localhub.testing import RunningHub

BAD = "hf_data/leaderboard_bad.json"


def lines(*entries: Entry) -> str:
    """A data file."""
    return json.dumps([dict(item.data) for item in entries], indent=1)


def test_a_fork_sees_what_its_results_would_change(world: World, hub: RunningHub) -> None:
    """Against the dataset as it is now; nothing is written anywhere."""
    world.submit(run(100), run(50, model="old"))
    world.run()
    head, tip = hub.head(REPO), world.history()
    seen = authorizations(hub)
    slow = entry({"model.name": "zero", "metrics.throughput_tps": 0})
    new = lines(run(120), run(5, model="new"), run(40, model="old"), slow)
    result = world.validate_fork({SINGLE: new})
    assert result.outcome == "success", result.log
    got = outputs(result)
    expected = {"added": "1", "updated": "1", "skipped": "1", "not-ranked": "1", "rejected": "0"}
    assert got.items() >= {**expected, "changed": "true", "cleaned": "0", "revision": head}.items()
    assert result.summary.startswith("## 🔎 To be published: [")
    assert "| 100 → 120 (+20.0%) |" in result.summary
    assert "throughput&#95;tps is not above 0" in result.summary
    assert (hub.head(REPO), world.history()) == (head, tip)
    assert {header for _, header in seen} == {""}
    assert (result.permissions, result.annotations) == ({"contents": "read"}, [])


def test_what_is_wrong_is_annotated_on_its_line(world: World, hub: RunningHub) -> None:
    """Every violation, and the job is red, so that nobody merges it unseen."""
    bad = json.dumps([data(), data({"metrics.ttft_ms": -1, "model.name": 5})], indent=2)
    result = world.validate_fork({SINGLE: lines(run(1)), BAD: bad})
    assert result.outcome == "failure"
    assert (outputs(result)["rejected"], outputs(result)["added"]) == ("1", "1")
    found = {(it.file, it.line): it.message for it in result.annotations if it.file}
    second = bad.index('"metrics"', bad.index('"metrics"') + 1)
    ttft = bad[: bad.index('"ttft_ms"', second)].count("\n") + 1
    assert found[BAD, ttft] == "$[1].metrics.ttft_ms: is -1, expected at least 0."
    assert any(message.startswith("$[1].model.name") for message in found.values())
    assert f"| {BAD.replace('_', '&#95;')} | {ttft} |" in result.summary
    assert world.files() == {"README.md"}
    assert len(hub.log(REPO)) == 1


def test_a_checkout_below_the_workspace_is_annotated_by_its_own_paths(world: World) -> None:
    """GitHub knows a file by its path in the repository."""
    sha = world.push({BAD: "{"}, "refs/pull/7/merge")
    placed = VALIDATE.replace(
        "actions/checkout@v7", "actions/checkout@v7\n        with: {path: deep/repo}"
    ).replace("mode: validate", "mode: validate, data-dir: deep/repo/hf_data")
    result = world.run(placed, ref="refs/pull/7/merge", sha=sha, event_name="pull_request")
    [annotation] = [it for it in result.annotations if it.title == "Rejected"]
    assert (annotation.file, annotation.line) == (BAD, 1)


def test_a_hundred_violations_are_ten_annotations_and_one_table(world: World) -> None:
    """GitHub would drop the rest silently: they are gathered file by file."""
    many = json.dumps([data({"metrics.ttft_ms": -1 - index}) for index in range(60)], indent=1)
    files = {f"hf_data/leaderboard_{number}.json": many for number in range(3)}
    result = world.validate_fork(dict(files))
    ours = [it for it in result.annotations if it.title == "Rejected"]
    assert {it.file for it in ours} == set(files)
    assert len(ours) == 3
    assert result.dropped == []
    assert result.summary.count("expected at least 0.") == 180


def test_an_unreadable_dataset_fails_with_words(world: World, hub: RunningHub) -> None:
    """What would change cannot be said then."""
    hub.faults.always(failures.status(503, "tree"))
    result = world.validate_fork({SINGLE: lines(run(1))})
    assert result.step("Run").exit_code == 69
    assert result.summary.startswith("## ❌ Not done")


@pytest.mark.parametrize("also", ["", ", cleanup: true, create-pr: true"])
def test_validating_writes_nothing_even_where_it_could(
    world: World, hub: RunningHub, also: str
) -> None:
    """With a token and every other wish, on a push."""
    world.submit(run(1))
    head, tip = hub.head(REPO), world.history()
    wished = VALIDATE.replace("{mode: validate", f"{{mode: validate{also}").replace(
        "hf-repo:", 'hf-token: "${{ secrets.TOKEN }}", hf-repo:'
    )
    result = world.run(wished)
    assert outputs(result)["changed"] == "true"
    assert (hub.head(REPO), world.history()) == (head, tip)


def test_what_cannot_be_believed_is_annotated_on_its_line(world: World) -> None:
    """Before anything is merged; it is valid, so the job is green."""
    claim = entry({"metrics.throughput_tps": 9e14, "model.name": "distilgpt2"})
    doubted = entry({"metrics.throughput_tps": 200})
    text = lines(run(1), claim, doubted)
    result = world.validate_fork({SINGLE: text})
    assert result.outcome == "success", result.log
    found = {(it.title, it.line): it.message for it in result.annotations if it.file == SINGLE}
    at = [n for n, line in enumerate(text.split("\n"), 1) if '"throughput_tps"' in line]
    assert found["Impossible, not ranked", at[1]].startswith("$[1].metrics.throughput_tps: ")
    assert found["Doubtful", at[2]].startswith("$[2].metrics.throughput_tps: 200 tokens/s are")
    assert {it.level for it in result.annotations} == {"warning"}
    assert "### Doubtful" in result.summary
    assert "tokens/s are claimed" in result.summary
