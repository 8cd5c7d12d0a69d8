"""What is left of a run when it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.action.harness.job import Job

Outcome = str
"""`success`, `failure`, `cancelled` or `skipped`."""


class Annotation(NamedTuple):
    """A message on the run, or on a file. `properties` are those of the command, unescaped."""

    level: str
    message: str
    properties: dict[str, str]
    step: str

    @property
    def title(self) -> str:
        """The line above the message."""
        return self.properties.get("title", "")

    @property
    def file(self) -> str:
        """Relative to the workspace, or empty."""
        return self.properties.get("file", "")

    @property
    def line(self) -> int | None:
        """Counted from 1."""
        return int(self.properties["line"]) if self.properties.get("line") else None


@dataclass
class Step:
    """A step of the job, or one inside a composite action.

    Attributes:
        depth: 0 for the job's own steps, 1 or more inside actions.
        number: of the job's own step that this one is, or is inside of, counted from 0.
        outcome: before `continue-on-error`.
        conclusion: after it.
        exit_code: of its process, where it has one.
    """

    name: str
    id: str = ""
    depth: int = 0
    number: int = 0
    outcome: Outcome = "success"
    conclusion: Outcome = "success"
    outputs: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    exit_code: int | None = None


@dataclass(frozen=True)
class Result:
    """A finished run.

    Attributes:
        outcome: of the action, or of the job.
        outputs: what its caller can read.
        steps: in the order in which they began, skipped ones included.
        log: as GitHub shows it, secrets hidden.
        summary: of all steps, secrets hidden.
        annotations: those that GitHub keeps.
        dropped: annotations beyond GitHub's limit per step and level.
        env_after: what steps have put into GITHUB_ENV, with the job's own environment.
        path_after: what steps have put in front of PATH, first one first.
        masks: the secrets known at the end.
        permissions: as the workflow gives them to the job; None outside a workflow.
    """

    outcome: Outcome
    outputs: dict[str, str]
    steps: list[Step]
    log: str
    summary: str
    annotations: list[Annotation]
    dropped: list[Annotation]
    env_after: dict[str, str]
    path_after: list[str]
    masks: list[str]
    permissions: Any = None

    def step(self, name: str, depth: int | None = None) -> Step:
        """The first step with this name or id, at any depth or at this one.

        Raises:
            LookupError: there is none.
        """
        known = [step for step in self.steps if depth in {None, step.depth}]
        for step in known:
            if name in {step.name, step.id}:
                return step
        raise LookupError(f"No step {name!r} is among {[step.name for step in known]}.")


def result(job: Job, outcome: Outcome, outputs: dict[str, str], permissions: Any = None) -> Result:
    """What is left of a job."""
    return Result(
        outcome=outcome,
        outputs=outputs,
        steps=job.steps,
        log=job.shown(),
        summary="".join(step.summary for step in job.steps),
        annotations=job.annotations,
        dropped=job.dropped,
        env_after=job.env,
        path_after=[*reversed(job.path)],
        masks=job.masks.values,
        permissions=permissions,
    )


def joined(results: Sequence[Result], outcome: Outcome, outputs: dict[str, str]) -> Result:
    """Several jobs as one; the environment is that of the last."""
    last = results[-1]
    return Result(
        outcome=outcome,
        outputs=outputs,
        steps=[step for it in results for step in it.steps],
        log="".join(it.log for it in results),
        summary="".join(it.summary for it in results),
        annotations=[note for it in results for note in it.annotations],
        dropped=[note for it in results for note in it.dropped],
        env_after=last.env_after,
        path_after=last.path_after,
        masks=[mask for it in results for mask in it.masks],
        permissions=last.permissions,
    )
