"""What all steps of a job share: environment, path, masks, log, annotations, cancellation."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.action.harness.masks import Masks
from tests.action.harness.processes import Graces
from tests.action.harness.reports import Annotation, Outcome, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.action.harness.evaluator import Evaluator
    from tests.action.harness.matchers import MatcherConfig
    from tests.action.harness.processes import StepProcess
    from tests.action.harness.stub import Stub

ANNOTATIONS_PER_LEVEL = 10
MESSAGE_LIMIT = 4096

_TO_ENVIRONMENT = (
    *("action", "action_path", "action_ref", "action_repository", "actor", "actor_id", "api_url"),
    *("base_ref", "env", "event_name", "event_path", "graphql_url", "head_ref", "job", "output"),
    *("path", "ref", "ref_name", "ref_protected", "ref_type", "repository", "repository_id"),
    *("repository_owner", "repository_owner_id", "retention_days", "run_attempt", "run_id"),
    *("run_number", "server_url", "sha", "state", "step_summary", "triggering_actor", "workflow"),
    *("workflow_ref", "workflow_sha", "workspace"),
)
"""Of the github context; the token and the event are not among them. `GitHubContext.cs`."""


class HarnessTimeoutError(Exception):
    """The run took longer than a test may."""


@dataclass
class Job:
    """The state of a running job.

    Attributes:
        contexts: what every step sees and nothing changes: github, runner, strategy, matrix.
        about: what the job context knows besides the status.
        process_env: what the runner itself was started with.
        env: the job's environment and what steps have put into GITHUB_ENV.
        uses: what stands in for an action `owner/name` or `owner/name@ref`: a stub, or a folder.
        identity: ACTIONS_ID_TOKEN_REQUEST_URL and its token, where the job may have them.
        cancel_when: called with a step's name and each line of its output; true cancels the job.
        until: when a test has waited long enough, by the monotonic clock.
    """

    evaluator: Evaluator
    workspace: Path
    temp: Path
    contexts: dict[str, Any]
    process_env: dict[str, str]
    env: dict[str, str]
    uses: Mapping[str, Stub | Path]
    about: dict[str, Any] = field(default_factory=dict)
    identity: tuple[str, str] | None = None
    graces: Graces = field(default_factory=Graces)
    cancel_when: Callable[[str, str], bool] = lambda _step, _line: False
    until: float = float("inf")
    failed: bool = False
    cancelled: threading.Event = field(default_factory=threading.Event)
    masks: Masks = field(default_factory=Masks)
    path: list[str] = field(default_factory=list)
    matchers: list[MatcherConfig] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    dropped: list[Annotation] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    processes: list[StepProcess] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)
    _issued: Counter[tuple[int, str]] = field(default_factory=Counter)

    @property
    def status(self) -> Outcome:
        """How the job is doing."""
        if self.cancelled.is_set():
            return "cancelled"
        return "failure" if self.failed else "success"

    def say(self, step: Step, line: str) -> None:
        """Write to the log, secrets hidden."""
        text = self.masks.mask(line)
        step.log += text + "\n"
        self.log.append(text)

    def issue(
        self, step: Step, level: str, message: str, properties: Mapping[str, str] | None = None
    ) -> None:
        """Annotate the run, and say it in the log."""
        self.annotate(step, level, message, properties or {})
        self.say(step, f"##[{level}]{message}")

    def annotate(self, step: Step, level: str, message: str, properties: Mapping[str, str]) -> None:
        """Annotate the run within the limits of `ExecutionContext.cs`.

        What steps inside an action say counts as said by the job's own step that uses the action.
        """
        shown = {name: self.masks.mask(value) for name, value in properties.items()}
        text = self.masks.mask(message)[:MESSAGE_LIMIT]
        self._issued[step.number, level] += 1
        kept = self._issued[step.number, level] <= ANNOTATIONS_PER_LEVEL
        into = self.annotations if kept else self.dropped
        into.append(Annotation(level, text, shown, step.name))

    def saw(self, step: Step, line: str) -> None:
        """Note a line of output: it may be what the caller waits for to cancel."""
        if self.cancel_when(step.name, line):
            self.cancelled.set()

    def check_time(self, step: Step) -> None:
        """Give up on a step that runs for ever.

        Raises:
            HarnessTimeoutError: the test's time is over.
        """
        if time.monotonic() > self.until:
            raise HarnessTimeoutError(f"Step {step.name!r} was still running.\n{self.shown()}")

    def shown(self) -> str:
        """The log so far."""
        return "".join(f"{line}\n" for line in self.log)

    def environment(self, env: Mapping[str, str], github: Mapping[str, Any]) -> dict[str, str]:
        """What a step's process sees: contexts win over the step's own variables."""
        runner = {
            f"RUNNER_{name.upper()}": value for name, value in self.contexts["runner"].items()
        }
        known = {
            f"GITHUB_{name.upper()}": str(github[name])
            for name in _TO_ENVIRONMENT
            if name in github
        }
        marks = {"CI": "true", "GITHUB_ACTIONS": "true"}
        url, token = self.identity or ("", "")
        identity = {"ACTIONS_ID_TOKEN_REQUEST_URL": url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": token}
        merged = {**self.process_env, **marks, **env, **known, **runner}
        merged.update(identity if self.identity else {})
        return {**merged, "PATH": self.search_path(merged)}

    def search_path(self, env: Mapping[str, str]) -> str:
        """PATH with what steps have put in front of it; the latest comes first."""
        return ":".join([*reversed(self.path), env.get("PATH", "")])

    def add_path(self, folder: str) -> None:
        """Put `folder` in front of PATH for the steps to come."""
        self.path = [known for known in self.path if known != folder] + [folder]

    def add_matchers(self, added: list[MatcherConfig]) -> None:
        """Let these look at output first, in place of those of the same owners."""
        self.remove_matchers({config.owner.lower() for config in added})
        self.matchers = added + self.matchers

    def remove_matchers(self, owners: set[str]) -> None:
        """Forget the matchers of these owners, given in lower case."""
        self.matchers = [it for it in self.matchers if it.owner.lower() not in owners]

    def finish(self) -> None:
        """Run what actions registered for the end, latest first."""
        while self.after:
            self.after.pop()()

    def end_processes(self) -> None:
        """End what steps left running, as the runner does with orphans when a job is over."""
        for process in self.processes:
            process.end_group()
