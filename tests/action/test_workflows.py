"""What the workflows may do, and what they are made of."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.action.harness.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CI = ROOT / ".github" / "workflows" / "ci.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WITH_CODE = [ROOT / "action.yml", *WORKFLOWS]


def load(path: Path) -> dict[str, Any]:
    """A workflow; YAML 1.1 reads its key `on` as true."""
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def jobs_of(path: Path) -> list[dict[str, Any]]:
    """The jobs of a workflow."""
    return list(load(path)["jobs"].values())


def scripts(path: Path) -> list[str]:
    """Every `run` in a workflow's jobs."""
    return [step["run"] for job in jobs_of(path) for step in job["steps"] if "run" in step]


def checkouts(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The inputs of every checkout in a job."""
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            yield step["with"]


def writes(job: dict[str, Any]) -> bool:
    """Whether a job may write anything, an id token included."""
    return "write" in job["permissions"].values()


@pytest.mark.parametrize("path", WITH_CODE, ids=lambda path: path.name)
def test_other_peoples_actions_are_pinned_to_a_commit_with_its_version(path: Path) -> None:
    """A tag can be moved by whoever takes over the action's repository."""
    uses = re.findall(r"^[ -]*uses: (.*)", path.read_text(encoding="utf-8"), re.MULTILINE)
    foreign = [line for line in uses if not line.startswith(("./", "$/"))]
    pinned = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [line for line in foreign if not pinned.fullmatch(line)] == []


def test_every_use_of_an_action_is_of_one_version() -> None:
    """An update that forgets one file would go unnoticed."""
    text = "".join(path.read_text(encoding="utf-8") for path in WITH_CODE)
    pins = set(re.findall(r"uses: ([\w.-]+/[\w.-]+)@(\w+)", text))
    assert len(pins) == len({name for name, _ in pins})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_has_more_rights_than_it_names(path: Path) -> None:
    """Nothing by default, nothing expanded into a script, no endless job."""
    assert load(path)["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in jobs_of(path))
    assert not any("${{" in script for script in scripts(path))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_that_pull_requests_start_has_no_secret_and_cannot_write(path: Path) -> None:
    """A pull request from a fork runs its author's code."""
    text = path.read_text(encoding="utf-8")
    assert "pull_request_target" not in text
    assert "workflow_run" not in text
    if "pull_request:" in text:
        assert "secrets." not in text
        assert ": write" not in text


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_checkout_keeps_its_credentials_only_where_the_job_pushes(path: Path) -> None:
    """Elsewhere every later step could take them, and none has a use for them."""
    for job in jobs_of(path):
        pushes = job["permissions"].get("contents") == "write"
        assert all(given["persist-credentials"] is pushes for given in checkouts(job))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_writes_runs_in_an_environment_and_is_never_cancelled(path: Path) -> None:
    """Maintainers say in its settings who may start it; a called workflow's caller says that."""
    workflow = load(path)
    called = set(workflow[True]) == {"workflow_call"}
    for job in filter(writes, workflow["jobs"].values()):
        queue = job.get("concurrency", workflow.get("concurrency"))
        assert (queue["queue"], "cancel-in-progress" in queue) == ("max", False)
        assert called or job["environment"]


def test_publishing_reads_the_tip_and_lets_no_run_cancel_another() -> None:
    """GitHub drops queued runs; each run takes all there is, and there is always a next one."""
    workflow = load(ROOT / ".github" / "workflows" / "upload-to-hf.yml")
    assert workflow["concurrency"] == {"group": "upload-to-hf", "queue": "max"}
    assert set(workflow[True]) == {"push", "workflow_dispatch", "schedule"}
    [checkout] = [
        step for step in workflow["jobs"]["publish"]["steps"] if "checkout" in step["uses"]
    ]
    assert checkout["with"]["ref"] == workflow[True]["push"]["branches"][0]


def test_the_check_to_require_waits_for_every_job() -> None:
    """A job that it does not wait for may fail unseen."""
    jobs = load(CI)["jobs"]
    last = jobs.pop("all-tests-passed")
    assert set(last["needs"]) == set(jobs)
    assert last["if"] == "always()"


@pytest.mark.skipif(not shutil.which("jq"), reason="GitHub's machines have jq")
@pytest.mark.parametrize("other", ["success", "failure", "cancelled", "skipped"])
def test_the_check_to_require_is_green_only_if_every_job_is(tmp_path: Path, other: str) -> None:
    """A job that did not run has not passed."""
    needs = {"lint": {"result": "success"}, "test": {"result": other}}
    done = Runner(tmp_path).job(CI.read_text(encoding="utf-8"), "all-tests-passed", needs=needs)
    assert (done.outcome == "success") == (other == "success")


def test_every_python_that_the_package_names_is_tested() -> None:
    """The classifiers are a promise."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    tested = load(CI)["jobs"]["test"]["strategy"]["matrix"]["python-version"]
    assert tested == re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)


def test_the_action_is_tried_on_every_system_that_it_names() -> None:
    """Paths, shells and line ends differ."""
    systems = {"ubuntu-latest": "Ubuntu", "macos-latest": "macOS", "windows-latest": "Windows"}
    tried = load(CI)["jobs"]["action"]["strategy"]["matrix"]["os"]
    told = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    [named] = re.findall(r"CI uses the Action itself on (.*?) runners", told)
    assert [systems[system] for system in tried] == re.split(", | and ", named)


def test_every_file_that_pins_versions_is_watched_for_newer_ones() -> None:
    """A pin that nobody renews is a hole that nobody closes."""
    watched = {
        (update["package-ecosystem"], folder)
        for update in load(ROOT / ".github" / "dependabot.yml")["updates"]
        for folder in update.get("directories", [update.get("directory")])
    }
    pins = {"pip": ["pyproject.toml", "requirements/*.txt"], "npm": ["tests/**/package-lock.json"]}
    found = {
        (ecosystem, f"/{file.parent.relative_to(ROOT).as_posix()}".removesuffix("/."))
        for ecosystem, patterns in pins.items()
        for pattern in patterns
        for file in ROOT.glob(pattern)
        if "node_modules" not in file.parts
    }
    assert watched == {(name, folder or "/") for name, folder in found} | {("github-actions", "/")}


def test_every_proof_that_the_security_policy_names_is_there() -> None:
    """A test that was renamed proves nothing to whoever looks for it."""
    named = re.findall(
        r"`((?:tests|requirements)/[\w./]+)`", (ROOT / "SECURITY.md").read_text("utf-8")
    )
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
