"""Running an action, or a job of a workflow, as GitHub does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.action.harness.github import Given
from tests.action.harness.machine import Machine
from tests.action.harness.reports import Result, result
from tests.action.harness.reusable import run_job
from tests.action.harness.scope import Scope
from tests.action.harness.typed_inputs import spelled_inputs, text, triggers, typed_inputs
from tests.action.harness.workflows import Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNDER_TEST = "action/under-test"


class Runner(Machine):
    """A runner: give it folders and stand-ins, and it runs actions and jobs."""

    def action(self, folder: Path, inputs: Mapping[str, str] | None = None, **given: Any) -> Result:
        """Run the action in `folder` as the only step of a job.

        Args:
            folder: that of action.yml.
            inputs: what the step has under `with`.
            given: fields of `Given`.
        """
        job = self.start(Given(**given))
        named = (name for name, known in self.uses.items() if known == folder)
        name = next(named, _UNDER_TEST).partition("@")[0]
        job.uses = {**self.uses, name: folder}
        step = {"uses": f"{name}@main", "with": dict(inputs or {})}
        scope = Scope({"secrets": {}, "vars": {}, "needs": {}, "inputs": {}})
        self.finish(job, scope, [step])
        return result(job, job.steps[0].conclusion, job.steps[0].outputs)

    def job(self, workflow: str, name: str, **given: Any) -> Result:
        """Run one job of a workflow.

        Args:
            workflow: its text.
            name: the job's, as a key of `jobs`.
            given: fields of `Given`.

        Raises:
            ParseError: GitHub would refuse the text.
            StartError: GitHub would not start it so.
        """
        document, run = self.evaluator.workflow(workflow), Given(**given)
        on = triggers(document)
        asks = [on[it] for it in ("workflow_dispatch", "workflow_call") if it in on]
        declared = asks[0].get("inputs") or {} if asks else {}
        inputs = typed_inputs(declared, spelled_inputs(declared, run.inputs), lambda it: it)
        if run.event_name == "workflow_dispatch":
            filled_in = {name: text(value) for name, value in inputs.items()}
            run = replace(run, event={**run.event, "inputs": filled_in})
        return run_job(self, Workflow(document, self._own_root(), inputs), name, run)

    def _own_root(self) -> Path | None:
        """Where `$/` and `./` begin in the workflow."""
        own = self.uses.get(self.repository)
        return own if isinstance(own, Path) else None
