"""The Action from a push to the dataset and back, step by step as a runner executes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmark.localhub import failures
from tests.action.world import MULTI, PUBLISH, SINGLE, World, commits, outputs
from tests.support.entries import data, entry, multi_node, run
from tests.support.publishers import REPO, WRITE_TOKEN, every_commit_is_conditional

if TYPE_CHECKING:
    from benchmark.localhub.testing import RunningHub


def test_the_first_publish_fills_an_empty_dataset(fresh: World) -> None:
    """Both leaderboards, the outputs, the summary; then the files are gone from git."""
    world = fresh
    world.push({SINGLE: json.dumps([data()]), MULTI: json.dumps([dict(multi_node().data)])})
    result = world.run()
    assert result.outcome == "success", result.log
    revision = world.hub.head(REPO)
    assert outputs(result) == {
        "revision": revision,
        "url": f"{world.hub.endpoint}/datasets/{REPO}/tree/{revision}",
        "changed": "true",
        "added": "2",
        "updated": "0",
        "skipped": "0",
        "rejected": "0",
        "not-ranked": "0",
        "attempts": "1",
        "cleaned": "2",
        "attestation-url": "",
        "regressions": "",
    }
    assert world.speeds() == [100.0, 100.0]
    assert world.files() == {"README.md"}
    assert world.history() == ["Remove published benchmark results", "work", "work"]
    assert result.summary.startswith("## ✅ Published: [")
    assert "CPU&#124;1&#124;gpt2&#124;FP32&#124;128&#124;128" in result.summary
    assert result.annotations == []


def test_nothing_to_do_is_a_success_without_a_commit(world: World) -> None:
    """An empty folder, as a sweep finds it, asks the Hub for nothing but what is there."""
    head = world.hub.head(REPO)
    result = world.run()
    assert result.outcome == "success", result.log
    assert (outputs(result)["changed"], outputs(result)["cleaned"]) == ("false", "0")
    assert (world.hub.head(REPO), world.history()) == (head, ["work"])


def test_what_the_dataset_holds_already_is_only_cleaned_up(world: World) -> None:
    """A second run of the same push finds nothing new."""
    world.submit(run(100))
    world.run()
    world.submit(run(100))
    result = world.run()
    assert (outputs(result)["changed"], outputs(result)["cleaned"]) == ("false", "1")
    assert commits(world.hub) == 1
    assert world.files() == {"README.md"}


def test_a_better_run_is_shown_with_the_one_it_replaces(world: World) -> None:
    """Old and new figure, the difference, and whose it is; a worse one is kept and skipped."""
    world.submit(run(100, 80))
    world.run()
    bob = {"metrics.throughput_tps": 150.0, "metrics.tpot_ms": 6.0, "metadata.submitter": "bob"}
    world.submit(entry(bob), run(90))
    result = world.run()
    assert (outputs(result)["updated"], outputs(result)["skipped"]) == ("1", "1")
    assert "| 100 → 150 (+50.0%) | 80 | bob |" in result.summary
    assert world.speeds() == [90.0, 100.0, 150.0]


def test_a_conflict_is_read_merged_and_committed_again(world: World, hub: RunningHub) -> None:
    """Somebody else commits between our reading and our commit; both are there in the end."""
    theirs = {"leaderboard_single.json": json.dumps([dict(run(7, model="theirs").data)]).encode()}
    hub.faults.next(failures.another_writer(lambda: hub.write(REPO, theirs), "preupload"))
    world.submit(run(100))
    result = world.run()
    assert result.outcome == "success", result.log
    assert outputs(result)["attempts"] == "2"
    assert world.speeds() == [7.0, 100.0]
    assert every_commit_is_conditional(hub)


def test_a_hub_that_cannot_be_read_changes_nothing(world: World, hub: RunningHub) -> None:
    """The step fails with 69 and says so; the files wait in git for the next run."""
    hub.faults.always(failures.status(503, "tree"))
    world.submit(run(100))
    result = world.run()
    assert result.outcome == "failure"
    assert result.step("Run").exit_code == 69
    assert "What to do" in result.summary
    [annotation] = [it for it in result.annotations if it.title]
    assert (annotation.level, "nothing was changed" in annotation.message) == ("error", True)
    assert SINGLE in world.files()
    assert commits(hub) == 0


def test_a_hub_that_takes_no_commit_loses_nothing(world: World, hub: RunningHub) -> None:
    """75 after the attempts that were allowed; the next run publishes what is still in git."""
    hub.faults.always(failures.status(503))
    world.submit(run(100))
    limited = PUBLISH.replace("hf-repo:", "max-attempts: 2, deadline: 60, hf-repo:")
    result = world.run(limited)
    assert (result.outcome, result.step("Run").exit_code) == ("failure", 75)
    assert SINGLE in world.files()
    hub.faults.clear()
    assert outputs(world.run())["added"] == "1"
    assert world.files() == {"README.md"}


def test_a_commit_whose_answer_was_lost_is_found(world: World, hub: RunningHub) -> None:
    """It is not made twice, and its files are cleaned up."""
    hub.faults.next(failures.applied_then_dropped())
    world.submit(run(100))
    result = world.run()
    assert (outputs(result)["changed"], outputs(result)["cleaned"]) == ("true", "1")
    assert commits(hub) == 1


def test_half_of_the_files_being_bad_publishes_the_other_half(world: World) -> None:
    """Each bad one is annotated on its very line and stays; the step fails for somebody to look."""
    bad = json.dumps([data(), data({"metrics.ttft_ms": -1})], indent=2)
    world.push({
        "hf_data/leaderboard_bad.json": bad,
        "hf_data/deep/leaderboard_broken.json": "[\n{},\n{]",
        "hf_data/deep/leaderboard_good.json": json.dumps([dict(run(5, model="good").data)]),
        SINGLE: json.dumps([dict(run(6, model="fine").data)]),
    })  # fmt: skip
    result = world.run()
    assert (result.outcome, result.step("Run").exit_code) == ("failure", 65)
    assert (outputs(result)["rejected"], outputs(result)["cleaned"]) == ("2", "2")
    assert world.speeds() == [5.0, 6.0]
    assert world.files() == {
        *("README.md", "hf_data/leaderboard_bad.json", "hf_data/deep/leaderboard_broken.json")
    }
    places = {(it.file, it.line): it for it in result.annotations}
    line = bad.splitlines().index('      "ttft_ms": -1,') + 1
    assert places["hf_data/leaderboard_bad.json", line].message.startswith("$[1].metrics.ttft_ms:")
    assert ("hf_data/deep/leaderboard_broken.json", 3) in places
    assert {it.level for it in result.annotations} == {"error"}


def test_rejected_files_can_be_tolerated(world: World) -> None:
    """Then they are warnings, and the job is green."""
    world.push({SINGLE: json.dumps([data()]), "hf_data/leaderboard_bad.json": "{"})
    result = world.run(PUBLISH.replace("hf-repo:", "fail-on-reject: false, hf-repo:"))
    assert result.outcome == "success"
    assert {it.level for it in result.annotations} == {"warning"}
    assert outputs(result)["rejected"] == "1"


def test_a_pull_request_on_the_dataset_leaves_the_files_in_git(world: World) -> None:
    """The dataset does not hold them before it is merged."""
    world.submit(run(100))
    result = world.run(PUBLISH.replace("hf-repo:", "create-pr: true, hf-repo:"))
    assert result.outcome == "success", result.log
    assert outputs(result)["url"].endswith("/discussions/1")
    assert result.summary.startswith("## ✅ Proposed as a pull request")
    assert SINGLE in world.files()
    assert world.speeds() == []


def test_the_token_is_nowhere_but_in_the_commit(world: World) -> None:
    """Not in the log, the summary, an output, a file of the workspace or the remote."""
    world.submit(run(100))
    result = world.run()
    shown = result.log + result.summary + str(outputs(result)) + str(result.env_after)
    assert WRITE_TOKEN not in shown
    assert "***" in shown or "HF_TOKEN" not in shown
    found = [path for path in world.folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert not [path for path in found if WRITE_TOKEN.encode() in path.read_bytes()]


def test_the_language_is_the_callers_choice(world: World) -> None:
    """Words and summary in Chinese."""
    world.submit(run(100))
    result = world.run(PUBLISH.replace("hf-repo:", "lang: zh, hf-repo:"))
    assert "已发布" in result.log
    assert "已发布" in result.summary
