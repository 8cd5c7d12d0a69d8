"""A step while it runs: what it sees, when it is stopped, what its end means.

`StepsRunner.cs`, `CompositeActionHandler.cs` and `ActionRunner.cs` of
https://github.com/actions/runner.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.action.harness.command_files import NAMES, CommandFiles
from tests.action.harness.evaluator import ExpressionError, ParseError, Status
from tests.action.harness.file_commands import FileCommands
from tests.action.harness.output import Output
from tests.action.harness.processes import ShellError, StepProcess
from tests.action.harness.reports import Outcome, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.action.harness.job import Job
    from tests.action.harness.processes import Ended
    from tests.action.harness.scope import Scope

CANCELLED = "The operation was canceled."


class StepError(Exception):
    """The step has failed, in these words."""


class RunningStep:
    """A step while it runs."""

    def __init__(self, job: Job, scope: Scope, given: Mapping[str, Any]) -> None:
        """Prepare the step that `given` describes, as the evaluator parsed it."""
        self.job, self.scope, self.given = job, scope, given
        number = len({step.number for step in job.steps}) if scope.number is None else scope.number
        self.step = Step(_title(given), given.get("id") or "", scope.depth, number)
        self.output = Output(job, self.step)
        self.files = CommandFiles.make(job.temp)
        self.env: dict[str, str] = {}
        self._action = _action_name(given, scope.names)
        self._stops: bool | None = None
        job.steps.append(self.step)

    def contexts(self, *, outside: bool = False) -> dict[str, Any]:
        """What an expression of this step sees; `outside` its own action, where it has one."""
        seen = seen_in(self.job, self.scope)
        github = self._github(seen["github"], outside=outside)
        return {**seen, "env": {**seen["env"], **self.env}, "github": github}

    def text(self, key: str) -> str:
        """The string at `key` of the step, or nothing."""
        return self.job.evaluator.text(self.given.get(key), self.contexts())

    def environment(self) -> dict[str, str]:
        """What a process of this step sees."""
        contexts = self.contexts()
        return self.job.environment(contexts["env"], contexts["github"])

    def say(self, *lines: str) -> None:
        """Write to the log."""
        for line in lines:
            self.job.say(self.step, line)

    def announce(self, title: str, *details: str) -> None:
        """Say what is about to run, and with which environment."""
        env = self.contexts()["env"]
        shown = [f"  {name}: {value}" for name, value in env.items()]
        self.say(f"##[group]Run {title}", *details, *(["env:", *shown] if shown else []))
        self.say("##[endgroup]")

    def process(self, argv: list[str], folder: Path, env: Mapping[str, str]) -> Ended:
        """Run a process to its end."""
        process = StepProcess(argv, cwd=folder, env=env)
        self.job.processes.append(process)
        return process.follow(self.output.line, self._must_stop, self.job.graces)

    def stops(self) -> bool:
        """Whether the job is cancelled and this step does not want to run all the same.

        Inside an action a step is also stopped with the step that uses the action, whatever its own
        `if` says: https://github.com/actions/runner/pull/2638.
        """
        if not self.job.cancelled.is_set():
            return False
        if self._stops is None:
            self._stops = self.scope.stops() or not self._wanted_now()
        return self._stops

    def prepare(self) -> bool:
        """Make the step's environment and name; whether its `if` holds."""
        evaluator, contexts = self.job.evaluator, self.contexts(outside=True)
        self.env = evaluator.texts(self.given.get("env"), contexts)
        wanted = self._wanted()
        if wanted and self.given.get("name"):
            self.step.name = self.text("name")
        return wanted

    def carry_out(self, work: Callable[[RunningStep], Outcome]) -> Outcome:
        """Do the work of the step, and what it wrote into its files; how it ended."""
        try:
            outcome = work(self)
        except (ExpressionError, ParseError, ShellError, StepError, OSError) as error:
            outcome = self.fail(error)
        FileCommands(self.job, self.step, self.files).carry_out(self.output)
        if outcome == "cancelled":
            self.job.issue(self.step, "error", CANCELLED)
        return "failure" if outcome == "success" and self.output.failed else outcome

    def fail(self, error: Exception) -> Outcome:
        """Say why the step has failed."""
        messages = error.args if isinstance(error, ParseError) else (error,)
        self.output.fail(*map(str, messages))
        return "failure"

    def conclude(self, outcome: Outcome) -> None:
        """Note how the step ended, for the steps to come too."""
        step, scope = self.step, self.scope
        step.outcome = step.conclusion = outcome
        if outcome == "failure" and self._goes_on():
            step.conclusion = "success"
        if step.id:
            known = {"outcome": step.outcome, "conclusion": step.conclusion}
            scope.steps[step.id] = {"outputs": step.outputs, **known}
        scope.status = worse(scope.status, step.conclusion)
        self.job.failed |= step.conclusion == "failure" and not scope.depth

    def _goes_on(self) -> bool:
        value = self.given.get("continue-on-error")
        try:
            return self.job.evaluator.value(value, self.contexts()) is True
        except ExpressionError as error:
            self.fail(error)
            return False

    def _must_stop(self) -> bool:
        self.job.check_time(self.step)
        return self.stops()

    def _wanted_now(self) -> bool:
        try:
            return self._wanted()
        except ExpressionError:
            return False

    def _wanted(self) -> bool:
        own = self.scope.status if self.scope.depth else self.job.status
        status = Status(own == "success", own == "failure", self.job.status == "cancelled")
        contexts = self.contexts(outside=True)
        return self.job.evaluator.condition(self.given.get("if"), contexts, status)

    def _github(self, github: Mapping[str, Any], *, outside: bool) -> dict[str, Any]:
        files = {name: str(self.files.path(name)) for name in NAMES}
        # Of the action that a step is inside of, it knows these only until it begins.
        hidden = {} if outside else {"action_ref": "", "action_repository": ""}
        return {**github, **files, **hidden, "action": self._action}


def seen_in(job: Job, scope: Scope) -> dict[str, Any]:
    """What every expression in these steps sees."""
    env = {**job.env, **scope.env}
    status = {**job.about, "status": job.status}
    return {**job.contexts, "job": status, "steps": scope.steps, "env": env, **scope.contexts}


def worse(one: Outcome, other: Outcome) -> Outcome:
    """The outcome of two together; a skipped step changes nothing."""
    order = ("success", "failure", "cancelled")
    return max(one, other, key=lambda it: order.index(it) if it in order else -1)


def _title(given: Mapping[str, Any]) -> str:
    name, run = given.get("name"), given.get("run")
    if isinstance(name, str) and name:
        return name
    script = run if isinstance(run, str) else str((run or {}).get("${{", ""))
    return "Run " + (given.get("uses") or script.strip().split("\n")[0])


def _action_name(given: Mapping[str, Any], taken: set[str]) -> str:
    """What GITHUB_ACTION is: the step's id, or a name after what it runs."""
    plain = re.sub(r"[^\w-]", "_", given.get("uses", "run").partition("@")[0])
    first = given.get("id") or f"__{plain}"
    name, count = first, 1
    while name in taken:
        count += 1
        name = f"{first}_{count}"
    taken.add(name)
    return str(name)
