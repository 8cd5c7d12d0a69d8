"""What the workflows may do, and what they are made of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WITH_CODE = [ROOT / "action.yml", *WORKFLOWS]


def load(path: Path) -> dict[str, Any]:
    """A workflow; YAML 1.1 reads its key `on` as true."""
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def scripts(path: Path) -> list[str]:
    """Every `run` in a workflow's jobs."""
    jobs = load(path)["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("path", WITH_CODE, ids=lambda path: path.name)
def test_other_peoples_actions_are_pinned_to_a_commit_with_its_version(path: Path) -> None:
    """A tag can be moved by whoever takes over the action's repository."""
    uses = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    foreign = [line for line in uses if not line.startswith("./")]
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
    workflow = load(path)
    assert workflow["permissions"] == {}
    assert all(
        "permissions" in job and "timeout-minutes" in job for job in workflow["jobs"].values()
    )
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
        assert text.count("persist-credentials: false") == text.count("uses: actions/checkout@")


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
    jobs = load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]
    last = jobs.pop("all-tests-passed")
    assert set(last["needs"]) == set(jobs)
    assert last["if"] == "always()"
