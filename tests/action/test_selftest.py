"""The self-test of the action in ci.yml, run as GitHub runs it on Linux, with real packages."""

from __future__ import annotations

import shutil
import sys
import sysconfig
import venv
from typing import TYPE_CHECKING

import pytest

from tests.action.harness.checkout import checkout
from tests.action.harness.runner import Runner
from tests.action.harness.setup_python import setup_python
from tests.action.world import ROOT, WHEELS, git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.action.harness.reports import Result
    from tests.action.harness.stub import View

REPOSITORY = "octocat/benchmark"
BAD = "hf_data/bad/leaderboard_single.json"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What is left of the job on ubuntu-latest."""
    folder = tmp_path_factory.mktemp("selftest")
    source, python = folder / "source", make_python(folder / "python")
    commit_this_tree(source)

    def find_python(view: View, inputs: Mapping[str, str]) -> Mapping[str, str]:
        ours = ".".join(map(str, sys.version_info[:2]))
        return setup_python(python)(view, {**inputs, "python-version": ours})

    stubs = {
        "actions/checkout": checkout({REPOSITORY: source}),
        "actions/setup-python": find_python,
        REPOSITORY: source,
    }
    packages = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS)}
    runner = Runner(folder / "runner", uses=stubs, repository=REPOSITORY, environment=packages)
    workflow = (source / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    return runner.job(workflow, "action", matrix={"os": "ubuntu-latest"}, timeout=300.0)


def commit_this_tree(folder: Path) -> None:
    """Make a repository of what is here, whether it is committed here or not."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in set(listed.split("\0")) - {""}:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    identity = ("-c", "user.name=x", "-c", "user.email=x@localhost")
    git(folder, *identity, "commit", "--quiet", "--message=Everything")


def make_python(folder: Path) -> Path:
    """A Python that has the packages which ours has, but installs into a folder of its own."""
    venv.EnvBuilder(symlinks=True).create(folder)
    [own] = folder.glob("lib/python*/site-packages")
    (own / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "python"


def test_every_claim_of_the_self_test_holds(done: Result) -> None:
    """It has looked at outcomes, outputs, dataset and git."""
    assert done.outcome == "success", done.log
    assert done.step("Check what they did").log.count("\npublished.") > 3


def test_what_should_fail_fails_for_the_reason_that_was_meant(done: Result) -> None:
    """Any other failure would look the same to the steps that follow."""
    told = [note for note in done.annotations if note.level == "error" and note.title]
    rejections = {note.message.split(":")[0] for note in told if note.file == BAD}
    assert "$[0].hardware.chip_count" in rejections
    [misspelt] = [note.message for note in told if not note.file]
    assert misspelt.startswith("The input mode is 'publsh'; expected publish")


def test_the_hub_is_guarded_by_a_token_that_nobody_sees(done: Result) -> None:
    """Publishing without one would prove nothing about tokens."""
    token = done.step("prepared").outputs["token"]
    assert token in done.masks
    assert token not in done.log + done.summary
