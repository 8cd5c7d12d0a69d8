"""A workflow and its jobs.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.action.harness.evaluator import ExpressionError, Status
from tests.action.harness.permissions import Permissions, check_nested, level
from tests.action.harness.reports import Result, Step, result
from tests.action.harness.running import seen_in
from tests.action.harness.scope import Scope

if TYPE_CHECKING:
    from pathlib import Path

    from tests.action.harness.github import Given
    from tests.action.harness.job import Job
    from tests.action.harness.machine import Machine


@dataclass(frozen=True)
class Workflow:
    """A workflow that runs.

    Attributes:
        document: as the evaluator parsed it.
        root: of the repository that holds it, if a test has named one.
        inputs: the inputs context.
        about: what the job context tells of a called workflow.
        called: whether another workflow's job calls it.
        allowed: what the calling job may do.
    """

    document: dict[str, Any]
    root: Path | None
    inputs: dict[str, Any]
    about: dict[str, str] = field(default_factory=dict)
    called: bool = False
    allowed: Permissions = None

    def job(self, name: str) -> dict[str, Any]:
        """What the workflow says of a job."""
        job: dict[str, Any] = self.document["jobs"][name]
        return job

    def permissions(self, name: str) -> Permissions:
        """What the job may do.

        Raises:
            StartError: more than the job that calls this workflow.
        """
        said = [it["permissions"] for it in (self.job(name), self.document) if "permissions" in it]
        if self.called and said:
            check_nested(name, said[0], self.allowed)
        return said[0] if said else self.allowed


class WorkflowJob:
    """One job of a workflow, with what it sees before its first step."""

    def __init__(self, machine: Machine, workflow: Workflow, name: str, given: Given) -> None:
        """Get a machine for the job."""
        self.workflow, self.said, self.given = workflow, workflow.job(name), given
        self.permissions = workflow.permissions(name)
        trusted = level(self.permissions, "id-token") == "write" and not given.from_fork()
        secrets = {} if given.from_fork() else dict(given.secrets)
        identity = given.identity if trusted else None
        self.given = replace(given, secrets=secrets, identity=identity)
        self.job: Job = machine.start(self.given, name)
        github = self.job.contexts["github"]
        github["workflow"] = workflow.document.get("name") or given.path
        self.job.about = workflow.about
        self.contexts = {
            "secrets": {**secrets, "GITHUB_TOKEN": github["token"]},
            "vars": dict(given.variables),
            "needs": dict(given.needs),
            "inputs": workflow.inputs,
        }

    def seen(self) -> dict[str, Any]:
        """The contexts outside steps."""
        return {**self.job.contexts, **self.contexts}

    def wanted(self) -> bool:
        """Whether the job's `if` holds; what it needs has succeeded, unless that says otherwise."""
        results = {need["result"] for need in self.given.needs.values()}
        good = results <= {"success"}
        status = Status(good, "failure" in results, "cancelled" in results)
        condition = self.said.get("if")
        return self.job.evaluator.condition(condition, self.seen(), status)

    def run(self, machine: Machine) -> Result:
        """Run the job's steps."""
        job, text = self.job, self.job.evaluator.texts
        job.env |= text(self.workflow.document.get("env"), self.seen())
        job.env |= text(self.said.get("env"), self.seen())
        scope = Scope(self.contexts, root=self.workflow.root, defaults=self._defaults())
        machine.finish(job, scope, self.said["steps"])
        return result(job, job.status, self._outputs(scope), self.permissions)

    def _defaults(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for place in (self.workflow.document, self.said):
            run = (place.get("defaults") or {}).get("run")
            found |= self.job.evaluator.texts(run, self.seen())
        return found

    def _outputs(self, scope: Scope) -> dict[str, str]:
        """The job's outputs, without those that show a secret."""
        job, last = self.job, Step("Complete job", number=len(self.job.steps))
        seen, kept = seen_in(job, scope), {}
        for name, template in (self.said.get("outputs") or {}).items():
            try:
                value = job.evaluator.text(template, seen)
            except ExpressionError as error:
                job.issue(last, "error", str(error))
                continue
            if job.masks.mask(value) == value:
                kept[name] = value
            else:
                message = f"Skip output '{name}' since it may contain secret."
                job.issue(last, "warning", message)
        return kept
