"""A step with `uses`: which action it is, its inputs, and its steps.

`ActionManager.cs`, `ActionRunner.cs` and `CompositeActionHandler.cs` of
https://github.com/actions/runner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.action.harness.running import RunningStep, StepError, seen_in
from tests.action.harness.scope import Scope
from tests.action.harness.stub import Stub, View

if TYPE_CHECKING:
    from tests.action.harness.job import Job
    from tests.action.harness.reports import Outcome

DEPTH_LIMIT = 9

RunSteps = Callable[["Job", Scope, Iterable[Mapping[str, Any]]], None]


class UnknownActionError(Exception):
    """A test uses an action for which it has named neither a stub nor a folder."""


class Place(NamedTuple):
    """Where an action is.

    Attributes:
        folder: the action's own.
        root: of its repository.
        repository: its name; empty for an action of the workspace.
        ref: as the step names it.
    """

    folder: Path
    root: Path
    repository: str = ""
    ref: str = ""

    def source(self) -> dict[str, str]:
        """What the github context tells of it."""
        return {"action_repository": self.repository, "action_ref": self.ref}


def use_action(running: RunningStep, run_steps: RunSteps) -> Outcome:
    """Run the stub or the composite action that the step names."""
    evaluator, contexts = running.job.evaluator, running.contexts()
    given = evaluator.texts(running.given.get("with"), contexts)
    found = locate(running.given["uses"], running.scope.root, running.job)
    running.announce(running.given["uses"], *_shown(given))
    if isinstance(found, Place):
        return Composite(running, found).run(given, run_steps)
    stub, source = found
    running.step.outputs.update(stub(View(running, source), given))
    return "cancelled" if running.stops() else "success"


def _shown(given: Mapping[str, str]) -> list[str]:
    return ["with:", *(f"  {name}: {value}" for name, value in given.items())] if given else []


def locate(uses: str, root: Path | None, job: Job) -> Place | tuple[Stub, dict[str, str]]:
    """What stands in for the action that `uses` names in a file of the repository at `root`.

    Raises:
        UnknownActionError: the test has not said what stands in for it.
    """
    path, _, ref = uses.partition("@")
    if path.startswith("./"):
        return Place(job.workspace / path, job.workspace)
    if path.startswith("$/"):
        if not root:
            raise UnknownActionError(f"{uses}: map the workflow's own repository to a folder.")
        return Place(root / path[2:], root)
    owner, _, rest = path.partition("/")
    name, _, below = rest.partition("/")
    repository = f"{owner}/{name}"
    found = job.uses.get(f"{repository}@{ref}") or job.uses.get(repository)
    if not found:
        raise UnknownActionError(f"{uses}: neither a stub nor a folder stands in for it.")
    place = Place(Path(), Path(), repository, ref)
    if isinstance(found, Path):
        return place._replace(folder=found / below, root=found)
    return found, place.source()


class Composite:
    """A composite action, used by one step."""

    def __init__(self, running: RunningStep, place: Place) -> None:
        """Read its action.yml.

        Raises:
            StepError: there is none, or it nests too deep.
            ParseError: GitHub would refuse it.
        """
        self._running, self._place = running, place
        if running.scope.depth >= DEPTH_LIMIT:
            raise StepError(f"Composite action depth exceeded max depth {DEPTH_LIMIT}")
        self._action = self._load()
        self._inputs: dict[str, dict[str, str]] = {
            name: known or {} for name, known in (self._action.get("inputs") or {}).items()
        }

    def run(self, given: Mapping[str, str], run_steps: RunSteps) -> Outcome:
        """Run its steps; the outputs are mapped even where one has failed."""
        scope, job = self._scope(self._resolved(given)), self._running.job
        run_steps(job, scope, self._action["runs"]["steps"])
        seen = seen_in(job, scope)
        for name, output in (self._action.get("outputs") or {}).items():
            self._running.step.outputs[name] = job.evaluator.text(output.get("value"), seen)
        return scope.status

    def _load(self) -> dict[str, Any]:
        folder = self._place.folder
        files = [folder / name for name in ("action.yml", "action.yaml")]
        file = next((it for it in files if it.is_file()), None)
        if not file:
            raise StepError(
                f"Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '{folder}'. Did you "
                "forget to run actions/checkout before running your local action?"
            )
        action = self._running.job.evaluator.action(file.read_text(encoding="utf-8"))
        if action["runs"]["using"] != "composite":
            raise UnknownActionError(f"{folder}: only composite actions run here; give a stub.")
        return action

    def _resolved(self, given: Mapping[str, str]) -> dict[str, str]:
        """Every known input, and unknown ones with a warning; `required` is not looked at."""
        names = {name.lower(): name for name in self._inputs}
        unknown = [name for name in given if name.lower() not in names]
        if unknown:
            valid = "', '".join(self._inputs)
            listed = "', '".join(unknown)
            self._warn(f"Unexpected input(s) '{listed}', valid inputs are ['{valid}']")
        values = {names.get(name.lower(), name): value for name, value in given.items()}
        for name in values.keys() & self._inputs.keys():
            if message := self._inputs[name].get("deprecationMessage"):
                self._warn(f"Input '{name}' has been deprecated with message: {message}")
        return {**self._defaults(self._inputs.keys() - values.keys()), **values}

    def _defaults(self, names: Iterable[str]) -> dict[str, str]:
        contexts = self._running.contexts()
        seen = {name: contexts[name] for name in (*self._running.job.contexts, "job")}
        text = self._running.job.evaluator.text
        return {name: text(self._inputs[name].get("default"), seen) for name in names}

    def _warn(self, message: str) -> None:
        self._running.job.issue(self._running.step, "warning", message)

    def _scope(self, inputs: Mapping[str, str]) -> Scope:
        running, outer = self._running, self._running.scope
        about = {"action_path": str(self._place.folder.resolve()), **self._place.source()}
        return Scope(
            contexts={"inputs": inputs, "github": {**running.contexts()["github"], **about}},
            root=self._place.root,
            depth=outer.depth + 1,
            number=running.step.number,
            env={**outer.env, **running.env},
            stops=running.stops,
        )
