"""Which steps run, by GitHub's documentation of expressions and of composite actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.action.harness.bench import shown

if TYPE_CHECKING:
    from tests.action.harness.bench import Bench

FAIL = "- {id: bad, run: exit 1, shell: bash}\n"


def said(condition: str) -> str:
    """A step with this `if`."""
    return f'- {{run: echo ran, shell: bash, if: "{condition}"}}\n'


@pytest.mark.parametrize(
    ("condition", "runs"),
    [
        ("", False),
        ("success()", False),
        ("failure()", True),
        ("always()", True),
        ("cancelled()", False),
        ("!cancelled()", True),
        ("true", False),
        ("steps.bad.outcome == 'failure'", False),
        ("failure() && steps.bad.outcome == 'failure'", True),
        ("${{ failure() && 'text' }}", True),
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_after_a_failure_only_steps_run_that_want_to(
    bench: Bench, condition: str, runs: bool, inside: bool
) -> None:
    """A condition without a status function means success() too; in an action as in a job."""
    steps = FAIL + said(condition)
    result = bench.run(steps) if inside else bench.job(steps)
    assert shown(result) == (["ran"] if runs else [])
    assert result.outcome == "failure"


@pytest.mark.parametrize("inside", [True, False])
def test_a_step_that_is_skipped_is_neither_success_nor_failure(bench: Bench, inside: bool) -> None:
    """It is in the report all the same."""
    steps = "- {id: a, run: echo a, shell: bash, if: false}\n" + said("steps.a.outcome=='skipped'")
    result = bench.run(steps) if inside else bench.job(steps)
    assert (result.outcome, shown(result)) == ("success", ["ran"])
    assert result.step("a").conclusion == "skipped"


def test_failure_is_that_of_the_action_alone(bench: Bench) -> None:
    """An action that runs after a failure of the job begins as if there were none."""
    inner = said("failure()") + "- {run: echo default, shell: bash}\n" + said("job.status=='x'")
    bench.runner.uses["action/inner"] = bench.action(inner)
    result = bench.job(FAIL + "- {uses: action/inner@v1, if: always()}\n")
    assert shown(result) == ["default"]


def test_a_failed_action_is_a_failed_step(bench: Bench) -> None:
    """The steps after it in the job see it."""
    bench.runner.uses["action/inner"] = bench.action(FAIL)
    result = bench.job("- {id: a, uses: action/inner@v1}\n" + said("failure()"))
    assert (result.outcome, shown(result)) == ("failure", ["ran"])


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("value", ["true", "${{ 1 == 1 }}"])
def test_a_step_may_fail_without_consequences(bench: Bench, value: str, inside: bool) -> None:
    """Its outcome is the failure, its conclusion a success."""
    steps = f"""
    - {{id: bad, run: exit 1, shell: bash, continue-on-error: "{value}"}}
    - {{run: "echo ${{{{ steps.bad.outcome }}}} ${{{{ steps.bad.conclusion }}}}", shell: bash}}
    """.replace('"true"', "true")
    result = bench.run(steps) if inside else bench.job(steps)
    assert (result.outcome, shown(result)) == ("success", ["failure success"])


def test_a_condition_that_cannot_be_evaluated_fails_the_step(bench: Bench) -> None:
    """It does not count as false."""
    result = bench.run(said("fromJSON('{')"))
    assert (result.outcome, shown(result)) == ("failure", [])


def test_an_environment_that_cannot_be_evaluated_fails_the_step(bench: Bench) -> None:
    """The step does not run."""
    steps = """- {run: echo ran, shell: bash, env: {A: "${{ fromJSON('{') }}"}}"""
    result = bench.run(steps)
    assert (result.outcome, shown(result)) == ("failure", [])


def test_a_condition_sees_the_steps_environment(bench: Bench) -> None:
    """Its own and the job's."""
    steps = "- {run: echo ran, shell: bash, if: env.A == env.B, env: {A: x}}"
    assert shown(bench.run(steps, env={"B": "x"})) == ["ran"]


def test_a_condition_may_look_at_files(bench: Bench) -> None:
    """hashFiles() is of the workspace; nothing found is nothing."""
    (bench.runner.workspace / "data").mkdir()
    (bench.runner.workspace / "data" / "a.json").write_text("[]")
    steps = said("hashFiles('data/**/*.json') != ''") + said("hashFiles('*.no') != ''")
    assert shown(bench.run(steps)) == ["ran"]


def test_steps_have_names_to_be_found_by(bench: Bench) -> None:
    """The given one, its expressions evaluated, or one after what they run."""
    steps = """
    - {name: "Say ${{ github.ref_name }}", run: echo, shell: bash}
    - {run: "echo ${{ github.ref_name }}\\necho", shell: bash}
    """
    names = [step.name for step in bench.run(steps).steps if step.depth]
    assert names == ["Say main", "Run echo main"]
