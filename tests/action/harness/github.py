"""The github and runner contexts of a run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SERVER = "https://github.com"


@dataclass(frozen=True)
class Given:
    """What one run is given.

    Attributes:
        env: the job's environment, before the workflow's and the job's own.
        identity: ACTIONS_ID_TOKEN_REQUEST_URL and its token.
        event: the webhook's payload.
        ref: fully, as in refs/heads/main.
        sha: the commit that runs; left empty, actions/checkout takes the ref's tip.
        path: the workflow's, in its repository.
        inputs: as whoever starts the workflow gives them; strings are converted.
        needs: results and outputs of the jobs before this one.
        matrix: the one combination to run.
        cancel_when: called with a step's name and each line of its output; true cancels the job.
        timeout: seconds a test may wait.
    """

    env: Mapping[str, str] = field(default_factory=dict)
    identity: tuple[str, str] | None = None
    event_name: str = "push"
    event: Mapping[str, Any] = field(default_factory=dict)
    ref: str = "refs/heads/main"
    sha: str = ""
    path: str = ".github/workflows/workflow.yml"
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    needs: Mapping[str, Any] = field(default_factory=dict)
    matrix: Mapping[str, Any] = field(default_factory=dict)
    cancel_when: Callable[[str, str], bool] = lambda _step, _line: False
    timeout: float = 60.0

    def from_fork(self) -> bool:
        """Whether somebody else's code runs: then there are neither secrets nor an identity."""
        head = (self.event.get("pull_request") or {}).get("head") or {}
        return self.event_name == "pull_request" and bool((head.get("repo") or {}).get("fork"))


def github_context(given: Given, repository: str, token: str, workspace: Path) -> dict[str, Any]:
    """The context that is the same for all steps of a job, but for the job's name."""
    pull = given.event.get("pull_request") or {}
    kind = "tag" if given.ref.startswith("refs/tags/") else "branch"
    return {
        "actor": "octocat", "actor_id": "583231", "triggering_actor": "octocat",
        "api_url": "https://api.github.com", "graphql_url": "https://api.github.com/graphql",
        "server_url": SERVER, "event": dict(given.event), "event_name": given.event_name,
        "base_ref": (pull.get("base") or {}).get("ref", ""),
        "head_ref": (pull.get("head") or {}).get("ref", ""),
        "ref": given.ref, "ref_name": given.ref.split("/", 2)[-1], "ref_type": kind,
        "ref_protected": "false", "sha": given.sha, "token": token,
        "repository": repository, "repository_owner": repository.partition("/")[0],
        "repository_id": "1", "repository_owner_id": "1", "retention_days": "90",
        "run_attempt": "1", "run_id": "1", "run_number": "1", "workspace": str(workspace),
        "workflow": given.path, "workflow_sha": given.sha,
        "workflow_ref": f"{repository}/{given.path}@{given.ref}",
    }  # fmt: skip


def write_event(temp: Path, event: Mapping[str, Any]) -> str:
    """Put the webhook's payload where GITHUB_EVENT_PATH says."""
    file = temp / "_github_workflow" / "event.json"
    file.parent.mkdir()
    file.write_text(json.dumps(event), encoding="utf-8")
    return str(file)
