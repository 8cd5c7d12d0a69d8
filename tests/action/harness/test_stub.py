"""What a stand-in for an action can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.action.harness.bench import shown
from tests.action.harness.running import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.action.harness.bench import Bench
    from tests.action.harness.stub import View


def stub(view: View, inputs: Mapping[str, str]) -> dict[str, str]:
    """Say its name, now and after the job."""
    name = inputs["name"]
    view.print(f"::notice::{name}")
    view.export("NAME", name)
    view.after(lambda later: later.print(f"after {name}"))
    if name == "bad":
        raise StepError("It is bad.")
    return {"said": f"{name} of {view.environment['GITHUB_ACTION_REPOSITORY']}"}


@pytest.mark.parametrize("inside", [True, False])
def test_what_it_left_for_the_end_runs_latest_first(bench: Bench, inside: bool) -> None:
    """After all other steps, in an action too, and after a failure."""
    bench.runner.uses["a/stub"] = stub
    steps = """
    - {uses: a/stub@v1, with: {name: one}}
    - {uses: a/stub@v1, with: {name: two}}
    - {uses: a/stub@v1, with: {name: bad}}
    - {uses: a/stub@v1, with: {name: never}}
    """
    result = bench.run(steps) if inside else bench.job(steps)
    assert shown(result) == ["after bad", "after two", "after one"]
    assert [note.message for note in result.annotations] == ["one", "two", "bad", "It is bad."]
    assert (result.outcome, result.steps[-1].name) == ("failure", "Post Run a/stub@v1")


def test_its_outputs_and_environment_are_for_the_steps_to_come(bench: Bench) -> None:
    """As those of any action."""
    bench.runner.uses["a/stub"] = stub
    steps = """
    - {id: s, uses: a/stub@v1, with: {name: "${{ github.job }}"}}
    - run: echo $NAME ${{ steps.s.outputs.said }}
    """
    assert shown(bench.job(steps))[0] == "job job of a/stub"


def test_a_step_after_the_job_that_fails_fails_the_job(bench: Bench) -> None:
    """The others still run."""

    def bad(view: View, _inputs: Mapping[str, str]) -> dict[str, str]:
        def post(_later: View) -> None:
            raise StepError("Too late.")

        view.after(lambda later: later.print("other"))
        view.after(post)
        return {}

    bench.runner.uses["a/bad"] = bad
    result = bench.job("- uses: a/bad@v1")
    assert (result.outcome, shown(result)) == ("failure", ["other"])
