"""A runner's machine: its folders, its environment, and what stands for other people's actions."""

from __future__ import annotations

import os
import platform
import shutil
import time
from typing import TYPE_CHECKING, Any

from tests.action.harness.evaluator import shared_evaluator
from tests.action.harness.github import github_context, write_event
from tests.action.harness.job import Job
from tests.action.harness.processes import Graces
from tests.action.harness.run import run_steps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.action.harness.github import Given
    from tests.action.harness.scope import Scope
    from tests.action.harness.stub import Stub

_SYSTEMS = {"Darwin": "macOS", "Linux": "Linux", "Windows": "Windows"}


class Machine:
    """Runs jobs, one after the other; what a test puts into the workspace is there.

    Attributes:
        system: what `runner.os` says, also if it is not so.
        token: GITHUB_TOKEN.
    """

    token = "ghs_0123456789abcdef"

    def __init__(
        self,
        folder: Path,
        *,
        uses: Mapping[str, Stub | Path] | None = None,
        repository: str = "octocat/hello-world",
        environment: Mapping[str, str] | None = None,
        graces: Graces | None = None,
    ) -> None:
        """Make the machine's folders.

        Args:
            folder: where all that the machine knows is kept.
            uses: a stub or a folder for each `owner/name` or `owner/name@ref` that is used.
            repository: the one whose workflow runs.
            environment: of the machine, besides PATH and an empty home.
            graces: how long a cancelled step may take; GitHub's own if None.
        """
        self.uses, self.repository = dict(uses or {}), repository
        self.system = _SYSTEMS[platform.system()]
        self.temp, self.tools = folder / "_temp", folder / "tools"
        self.workspace = folder / repository.rpartition("/")[2] / repository.rpartition("/")[2]
        home = folder / "home"
        for path in (self.temp, self.tools, self.workspace, home):
            path.mkdir(parents=True, exist_ok=True)
        own = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
        self.environment = {**own, "GIT_CONFIG_NOSYSTEM": "1", **(environment or {})}
        self.graces = graces or Graces()
        self.evaluator = shared_evaluator()

    def start(self, given: Given, name: str = "job") -> Job:
        """A job that has not run any step yet, on a machine with empty temporary folders."""
        shutil.rmtree(self.temp)
        self.temp.mkdir()
        github = github_context(given, self.repository, self.token, self.workspace)
        event_path = write_event(self.temp, given.event)
        job = Job(
            evaluator=self.evaluator,
            workspace=self.workspace,
            temp=self.temp,
            contexts={
                "github": {**github, "event_path": event_path, "job": name},
                "runner": self._about(),
                "strategy": {"fail-fast": True, "job-index": 0, "job-total": 1, "max-parallel": 1},
                "matrix": dict(given.matrix),
            },
            process_env=self.environment,
            env=dict(given.env),
            uses=self.uses,
            identity=given.identity,
            graces=self.graces,
            cancel_when=given.cancel_when,
            until=time.monotonic() + given.timeout,
        )
        for secret in (self.token, *given.secrets.values(), *(given.identity or ())[1:]):
            job.masks.add(secret)
        return job

    def finish(self, job: Job, scope: Scope, steps: list[dict[str, Any]]) -> None:
        """Run all steps of a job, and what they left for its end."""
        try:
            run_steps(job, scope, steps)
            job.finish()
        finally:
            job.end_processes()

    def clear_workspace(self) -> None:
        """Be a new machine."""
        shutil.rmtree(self.workspace)
        self.workspace.mkdir()

    def _about(self) -> dict[str, str]:
        """The runner context."""
        arch = {"x86_64": "X64", "aarch64": "ARM64", "arm64": "ARM64"}
        return {
            "os": self.system,
            "arch": arch.get(platform.machine(), platform.machine()),
            "name": "GitHub Actions 1",
            "environment": "github-hosted",
            "temp": str(self.temp),
            "tool_cache": str(self.tools),
            "workspace": str(self.workspace.parent),
        }
