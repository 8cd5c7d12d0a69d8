"""Jobs that call another workflow.

https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.action.harness.actions import UnknownActionError
from tests.action.harness.reports import Outcome, Result, joined, result
from tests.action.harness.running import worse
from tests.action.harness.typed_inputs import StartError, passed_secrets, triggers, typed_inputs
from tests.action.harness.workflows import Workflow, WorkflowJob

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.action.harness.github import Given
    from tests.action.harness.machine import Machine


def run_job(machine: Machine, workflow: Workflow, name: str, given: Given) -> Result:
    """Run a job, or all jobs of the workflow that it calls."""
    job = WorkflowJob(machine, workflow, name, given)
    if not job.wanted():
        return result(job.job, "skipped", {}, job.permissions)
    return Call(machine, job).run() if "uses" in job.said else job.run(machine)


class Call:
    """A job's call of a workflow."""

    def __init__(self, machine: Machine, caller: WorkflowJob) -> None:
        """Find the workflow.

        Raises:
            StartError: it cannot be called so.
        """
        self._machine, self._caller = machine, caller
        file, root, about = self._located(caller.said["uses"])
        document = caller.job.evaluator.workflow(file.read_text(encoding="utf-8"))
        if "workflow_call" not in triggers(document):
            raise StartError("It is not reusable: it is missing a `on.workflow_call` trigger")
        self._declared = triggers(document)["workflow_call"]
        inputs = self._inputs()
        self._workflow = Workflow(
            document, root, inputs, about, called=True, allowed=caller.permissions
        )

    def run(self) -> Result:
        """Run its jobs one after the other, each on an empty machine."""
        given = replace(self._caller.given, secrets=self._secrets())
        done: dict[str, Result] = {}
        for name, needed in _in_order(self._workflow.document["jobs"]):
            if done:
                self._machine.clear_workspace()
            needs = {it: _told(done[it]) for it in needed}
            done[name] = run_job(self._machine, self._workflow, name, replace(given, needs=needs))
        outcome: Outcome = "success"
        for it in done.values():
            outcome = worse(outcome, it.outcome)
        whole = joined(list(done.values()), outcome, self._outputs(done))
        return replace(whole, permissions=self._caller.permissions)

    def _located(self, uses: str) -> tuple[Path, Path, dict[str, str]]:
        path, _, ref = uses.partition("@")
        machine, caller = self._machine, self._caller
        if path.startswith(("./", "$/")):
            root, below = caller.workflow.root, path[2:]
            github = caller.job.contexts["github"]
            own = {"workflow_repository": machine.repository, "workflow_sha": github["sha"]}
            repository, sha = {**own, **caller.workflow.about}.values()
        else:
            owner, name, below = path.split("/", 2)
            repository, sha = f"{owner}/{name}", ref
            found = machine.uses.get(f"{repository}@{ref}") or machine.uses.get(repository)
            root = found if isinstance(found, Path) else None
        if not root:
            raise UnknownActionError(f"{uses}: map its repository to a folder.")
        return root / below, root, {"workflow_repository": repository, "workflow_sha": sha}

    def _inputs(self) -> dict[str, Any]:
        caller, seen = self._caller, self._caller.seen()
        value = caller.job.evaluator.value
        given = {name: value(it, seen) for name, it in (caller.said.get("with") or {}).items()}
        declared = self._declared.get("inputs") or {}
        inside = {name: seen[name] for name in ("github", "vars")}
        return typed_inputs(declared, given, lambda default: value(default, inside))

    def _secrets(self) -> dict[str, str]:
        caller, said = self._caller, self._caller.said.get("secrets") or {}
        declared = self._declared.get("secrets") or {}
        if said == "inherit":
            return passed_secrets(declared, caller.given.secrets, inherited=True)
        given = caller.job.evaluator.texts(said, caller.seen())
        return passed_secrets(declared, given, inherited=False)

    def _outputs(self, done: Mapping[str, Result]) -> dict[str, str]:
        jobs = {name: _told(it) for name, it in done.items()}
        caller = self._caller.seen()
        seen = {name: caller[name] for name in ("github", "vars")}
        seen |= {"jobs": jobs, "inputs": self._workflow.inputs}
        text, declared = self._caller.job.evaluator.text, self._declared.get("outputs") or {}
        return {name: text(said["value"], seen) for name, said in declared.items()}


def _told(done: Result) -> dict[str, Any]:
    """What other jobs see of a job."""
    return {"result": done.outcome, "outputs": done.outputs}


def _in_order(jobs: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Each job after those that it needs."""
    needs = {name: _listed(said.get("needs")) for name, said in jobs.items()}
    done: set[str] = set()
    while len(done) < len(needs):
        for name, needed in needs.items():
            if name not in done and done.issuperset(needed):
                done.add(name)
                yield name, needed


def _listed(needs: str | list[str] | None) -> list[str]:
    return [needs] if isinstance(needs, str) else list(needs or [])
