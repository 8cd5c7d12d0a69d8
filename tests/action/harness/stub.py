"""What a stand-in for an action sees of the job, and what it may do there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.action.harness.running import RunningStep, StepError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.action.harness.reports import Outcome


class View:
    """The job as an action's process sees it."""

    def __init__(self, running: RunningStep, source: Mapping[str, str]) -> None:
        """Look at the job from this step, as the action of this repository and ref."""
        self._running, self._source = running, source

    @property
    def workspace(self) -> Path:
        """GITHUB_WORKSPACE."""
        return self._running.job.workspace

    @property
    def temp(self) -> Path:
        """RUNNER_TEMP."""
        return self._running.job.temp

    @property
    def github(self) -> Mapping[str, Any]:
        """The github context."""
        github: Mapping[str, Any] = self._running.contexts()["github"]
        return {**github, **self._source}

    @property
    def environment(self) -> dict[str, str]:
        """The process's environment."""
        env = self._running.contexts()["env"]
        return self._running.job.environment(env, self.github)

    def print(self, line: str) -> None:
        """Print a line, which may be a command."""
        self._running.output.line(0, line)

    def export(self, name: str, value: str) -> None:
        """Set a variable for the steps to come."""
        self._running.job.env[name] = value

    def add_path(self, folder: Path) -> None:
        """Put a folder in front of PATH for the steps to come."""
        self._running.job.add_path(str(folder))

    def run(self, argv: list[str], folder: Path, env: Mapping[str, str] | None = None) -> None:
        """Run a process, shown in the log.

        Raises:
            StepError: it failed.
        """
        self.print(f"[command]{' '.join(argv)}")
        ended = self._running.process(argv, folder, {**self.environment, **(env or {})})
        if ended.code:
            raise StepError(f"The process '{argv[0]}' failed with exit code {ended.code}")

    def after(self, post: Callable[[View], None]) -> None:
        """Have something run when the job's steps are over."""
        self._running.job.after.append(lambda: self._run_post(post))

    def _run_post(self, post: Callable[[View], None]) -> None:
        before = self._running
        always = {"${{": "always()"}
        given = {"name": f"Post {before.step.name}", "uses": before.given["uses"], "if": always}
        running = RunningStep(before.job, before.scope, given)
        running.step.state.update(before.step.state)

        def work(_: RunningStep) -> Outcome:
            post(View(running, self._source))
            return "success"

        running.conclude(running.carry_out(work))


Stub = Callable[[View, Mapping[str, str]], Mapping[str, str]]
"""Gets the job's view and its inputs, returns its outputs; raises StepError if it fails."""
