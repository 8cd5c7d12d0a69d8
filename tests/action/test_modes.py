"""What is asked for by inputs: each mode, and every wrong value in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmark.derived import PAGE
from tests.action.world import PUBLISH, ROOT, World, outputs
from tests.support.entries import data, run
from tests.support.publishers import REPO, WRITE_TOKEN, commits, held

if TYPE_CHECKING:
    from benchmark.localhub.testing import RunningHub

MEASURED = json.dumps(data({"model.name": "measured"}))
ON_A_RUNNER_OF_ONES_OWN = f"""
on: workflow_dispatch
jobs:
  publish:
    runs-on: [self-hosted, gpu]
    permissions: {{contents: read}}
    steps:
      - uses: actions/checkout@v7
      - name: What `sagellm-benchmark run` leaves behind
        run: |
          mkdir -p outputs/cpu/measured/short_001
          cat > outputs/cpu/measured/short_001/short_leaderboard.json <<'END'
          {MEASURED}
          END
      - id: aggregate
        uses: intellistream/sagellm-benchmark@v1
        with: {{mode: aggregate, hf-repo: lab/results, endpoint: "${{{{ vars.HUB }}}}"}}
      - id: publish
        uses: intellistream/sagellm-benchmark@v1
        with:
          hf-repo: lab/results
          endpoint: ${{{{ vars.HUB }}}}
          hf-token: ${{{{ secrets.TOKEN }}}}
"""


def test_a_runner_that_measures_can_aggregate_and_publish_in_one_job(world: World) -> None:
    """Nothing needs to be committed to git for that."""
    world.submit(run(5, model="public"))
    world.run()
    result = world.run(ON_A_RUNNER_OF_ONES_OWN, event_name="workflow_dispatch")
    assert result.outcome == "success", result.log
    merged = result.step("aggregate").outputs
    assert (merged["added"], merged["changed"], merged["attempts"]) == ("1", "true", "")
    assert (outputs(result)["added"], outputs(result)["cleaned"]) == ("1", "0")
    models = {item.at("model", "name") for item in held(world.hub).runs.values()}
    assert models == {"public", "measured"}
    assert result.summary.startswith("## ✅ Merged into the data folder")


def test_aggregating_needs_no_token_and_reports_bad_results(world: World, hub: RunningHub) -> None:
    """The step fails for somebody to look, and the data folder is made all the same."""
    text = ON_A_RUNNER_OF_ONES_OWN.replace(MEASURED, "{}").partition("      - id: publish")[0]
    result = world.run(text, secrets={}, event_name="workflow_dispatch")
    step = result.step("aggregate")
    assert (step.outcome, step.outputs["rejected"]) == ("failure", "1")
    [*ours] = [it for it in result.annotations if it.title == "Rejected"]
    assert {it.file for it in ours} == {"outputs/cpu/measured/short_001/short_leaderboard.json"}
    assert (world.runner.workspace / "hf_data" / "leaderboard_single.json").exists()
    assert {record.method for record in hub.requests} == {"GET"}


def test_every_wrong_input_is_named_in_one_annotation(world: World, hub: RunningHub) -> None:
    """By its name in the workflow, with what is expected; nothing was done."""
    world.submit(run(1))
    wrong = "mode: publsh, cleanup: maybe, max-attempts: -1, lang: fr, hf-repo: results"
    result = world.run(PUBLISH.replace("hf-repo: lab/results", wrong))
    assert result.step("Run").exit_code == 2
    [annotation] = [it for it in result.annotations if it.title]
    told = annotation.message
    assert [name for name in ("mode", "cleanup", "max-attempts", "lang", "hf-repo")
            if f"The input {name} is" not in told] == []  # fmt: skip
    assert "publish, validate, aggregate or check" in told
    assert hub.requests == []


def test_an_unknown_input_is_warned_of_by_github(world: World) -> None:
    """A typo is not silently a default."""
    result = world.run(PUBLISH.replace("hf-repo:", "dataset: x, hf-repo:"))
    assert "dataset" in result.annotations[0].message


@pytest.mark.parametrize("mode", ["publish", "validate"])
def test_inputs_that_are_empty_are_their_defaults(world: World, mode: str) -> None:
    """As the variables of a workflow that nobody has set."""
    world.submit(run(1))
    names = ("data-dir", "revision", "max-attempts", "lang", "cleanup", "create-pr")
    empty = ", ".join(f"{name}: ''" for name in names)
    result = world.run(PUBLISH.replace("hf-repo:", f"mode: {mode}, {empty}, hf-repo:"))
    assert (result.outcome, outputs(result)["added"]) == ("success", "1"), result.log
    assert outputs(result)["cleaned"] == ("1" if mode == "publish" else "0")


def test_the_reusable_workflow_publishes_in_one_line(world: World) -> None:
    """With the action of its own commit, and the page in the same; outputs come back."""
    called = """
on: push
jobs:
  publish:
    uses: intellistream/sagellm-benchmark/.github/workflows/publish.yml@v1
    permissions: {contents: write, id-token: write}
    with: {hf-repo: lab/results, page: dataset, endpoint: "${{ vars.HUB }}"}
    secrets: {hf-token: "${{ secrets.TOKEN }}"}
"""
    world.submit(run(1))
    result = world.run(called)
    assert result.outcome == "success", result.log
    assert (result.outputs["added"], result.outputs["cleaned"]) == ("1", "1")
    assert world.files() == {"README.md"}
    assert commits(world.hub) == 1
    assert PAGE in world.hub.files(REPO)


def test_this_repositorys_own_workflows_publish_and_validate(world: World) -> None:
    """They are what the README shows, with an environment for the secret."""
    world.runner.uses[world.runner.repository] = ROOT
    own = {"variables": {"HF_REPO": "lab/results"}, "secrets": {"HF_TOKEN": WRITE_TOKEN}}
    world.submit(run(1))
    for name, count in (("validate", "1"), ("upload-to-hf", "1")):
        text = (ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8")
        text = text.replace(
            "          hf-repo:", f"          endpoint: {world.hub.endpoint}\n          hf-repo:"
        )
        event = "pull_request" if name == "validate" else "push"
        result = world.run(text, event_name=event, **own)
        assert result.outcome == "success", result.log
        assert result.step("Run").outputs["added"] == count
    assert world.files() == {"README.md"}
