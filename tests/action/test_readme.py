"""What the README says about the Action is tried: its workflows run as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from transformers import AutoConfig

from tests.action.oidc import Publisher, Run, TrustedPublishers, oidc_issuer
from tests.action.world import ROOT, SINGLE, World, git
from tests.support.entries import data
from tests.support.publishers import REPO, SETTINGS, WRITE_TOKEN, dataset_hub, held

if TYPE_CHECKING:
    from benchmark.localhub.settings import HubSettings
    from tests.action.harness.reports import Result
    from tests.action.oidc import OidcIssuer

READMES = ("README.md", "README.zh-CN.md")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
MOST_LINES = 12
WORKFLOW = ".github/workflows/publish.yml"
RESOURCE = f"datasets/{REPO}"


def text(readme: str = "README.md") -> str:
    """A README."""
    return (ROOT / readme).read_text(encoding="utf-8")


def workflows(readme: str) -> list[str]:
    """The workflows in a README: publish, validate, and the one line."""
    return re.findall(r"```yaml\n(.*?)```", text(readme), re.DOTALL)


def pointed_at(world: World, workflow: str) -> str:
    """The same workflow with the dataset on the test's Hub."""
    place = f"hf-repo: {REPO}, endpoint: {world.hub.endpoint}"
    return workflow.replace("hf-repo: YOU/YOUR-DATASET", place)


def without_comments(workflow: str) -> str:
    """A workflow with nothing but what counts."""
    return re.sub(r" +#.*", "", workflow)


@pytest.mark.parametrize("readme", READMES)
def test_publishing_takes_twelve_lines_at_most(readme: str) -> None:
    """The sweep and the clean-up included."""
    publish, validate, one_line = workflows(readme)
    assert len(publish.splitlines()) <= MOST_LINES
    assert len(validate.splitlines()) <= MOST_LINES
    assert len(one_line.splitlines()) <= 6


def test_both_languages_show_the_same_workflows() -> None:
    """But for their comments."""
    english, chinese = (list(map(without_comments, workflows(readme))) for readme in READMES)
    assert english == chinese


@pytest.mark.parametrize("readme", READMES)
def test_every_input_output_and_mode_is_in_the_readme(readme: str) -> None:
    """In the table of inputs, and the list of outputs."""
    names = {*ACTION["inputs"], *ACTION["outputs"], "publish", "validate", "aggregate", "check"}
    assert [name for name in names if f"`{name}`" not in text(readme)] == []


def test_the_workflow_for_pull_requests_runs_as_it_stands(world: World) -> None:
    """Without a secret."""
    sha = world.push({SINGLE: json.dumps([data()])}, "refs/pull/1/merge")
    workflow = pointed_at(world, workflows("README.md")[1])
    result = world.run(
        workflow, event_name="pull_request", ref="refs/pull/1/merge", sha=sha, secrets={}
    )
    assert (result.outcome, outputs_of(result)["added"]) == ("success", "1"), result.log


def test_the_one_line_runs_as_it_stands(world: World) -> None:
    """With a secret of the usual name."""
    world.push({SINGLE: json.dumps([data()])})
    workflow = "on: push\n" + pointed_at(world, workflows("README.md")[2])
    result = world.run(workflow, secrets={"HF_TOKEN": WRITE_TOKEN})
    assert (result.outcome, result.outputs["cleaned"]) == ("success", "1"), result.log


def test_a_new_user_gets_from_an_empty_repository_to_a_published_result(tmp_path: Path) -> None:
    """By the README's first screen alone: the workflow, and the three steps of a contributor."""
    with (
        oidc_issuer(Run("me/numbers", workflow=WORKFLOW)) as issuer,
        dataset_hub(tmp_path / "hub", as_set_up(issuer)) as hub,
    ):
        world = World(tmp_path, hub, python="new")
        workflow = pointed_at(world, workflows("README.md")[0])
        world.push({WORKFLOW: workflow})
        for step in contributor_steps(tiny_model(tmp_path)):
            follow(step, world, tmp_path / "clone")
        result = world.run(workflow, path=WORKFLOW, secrets={}, identity=issuer.identity)
        assert result.outcome == "success", result.log
        [published] = held(hub).runs.values()
        assert published.at("model", "name") == "tiny-gpt2"
        assert world.files() == {"README.md", WORKFLOW}


def outputs_of(result: Result) -> dict[str, str]:
    """The outputs of the Action, whose step has no id in the README."""
    return result.step("Run").outputs


def as_set_up(issuer: OidcIssuer) -> HubSettings:
    """The Hub once the workflow is named in the dataset's settings."""
    publisher = Publisher("me/numbers", "main", "publish.yml")
    return replace(SETTINGS, verifier=TrustedPublishers(issuer, {RESOURCE: publisher}))


def tiny_model(folder: Path) -> Path:
    """A model that takes seconds: its configuration, for random weights."""
    place = folder / "tiny-gpt2"
    shape = {"n_layer": 2, "n_embd": 32, "n_head": 2, "vocab_size": 300}
    AutoConfig.for_model("gpt2", **shape).save_pretrained(place)
    return place


def contributor_steps(model: Path) -> list[str]:
    """The three commands, for this model."""
    [block] = re.findall(r"```bash\npip install.*?\n\n(.*?)```", text(), re.DOTALL)[:1]
    small = f"--model {model} --random-weights --repeats 2"
    return [line.replace("--model gpt2", small) for line in block.splitlines()]


def follow(step: str, world: World, clone: Path) -> None:
    """Type a command into a shell in the contributor's clone."""
    if not clone.exists():
        git(world.folder, "clone", "--quiet", str(world.remote), str(clone))
    who = {
        f"GIT_{role}_{key}": "me" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
    }
    place = {"HF_REPO": REPO, "HF_ENDPOINT": world.hub.endpoint}
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**os.environ, **who, **place, "PATH": programs}
    done = subprocess.run(
        ["bash", "-c", step], cwd=clone, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"
