"""What a composite action gets and gives, by GitHub's documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.action.harness.bench import Bench, shown

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = """
inputs:
  Name: {description: x, default: "${{ github.repository }} ${{ runner.os != '' }}"}
  empty: {description: x}
  wanted: {description: x, required: true}
  old: {description: x, deprecationMessage: take name}
"""
ECHO = """
- run: echo "$TEXT"
  shell: bash
  env: {TEXT: "[${{ %s }}]"}
"""


def echoed(bench: Bench, expression: str, **given: Any) -> list[str]:
    """What the expression is inside an action."""
    return shown(bench.run(ECHO % expression, INPUTS, **given))


def test_an_inputs_default_may_be_an_expression(bench: Bench) -> None:
    """On the contexts github, runner, job, strategy and matrix."""
    assert echoed(bench, "inputs.name") == ["[octocat/hello-world true]"]


def test_an_input_that_is_left_out_is_empty_even_if_it_is_required(bench: Bench) -> None:
    """GitHub does not enforce `required` for actions."""
    result = bench.run(ECHO % "format('{0}{1}', inputs.empty, inputs.wanted)", INPUTS)
    assert (result.outcome, shown(result)) == ("success", ["[]"])


def test_an_empty_input_is_not_a_missing_one(bench: Bench) -> None:
    """Its default does not come back."""
    assert echoed(bench, "inputs.name", inputs={"name": ""}) == ["[]"]


def test_the_names_of_inputs_have_no_case(bench: Bench) -> None:
    """As the keys of every context."""
    assert echoed(bench, "inputs.NAME", inputs={"nAme": "x"}) == ["[x]"]


def test_an_unknown_input_is_a_warning(bench: Bench) -> None:
    """The action runs."""
    result = bench.run(ECHO % "inputs.empty", INPUTS, {"other": "x", "empty": "y"})
    [warning] = result.annotations
    assert warning.level == "warning"
    assert warning.message == (
        "Unexpected input(s) 'other', valid inputs are ['Name', 'empty', 'wanted', 'old']"
    )
    assert shown(result) == ["[y]"]


def test_a_deprecated_input_is_a_warning(bench: Bench) -> None:
    """With the action's own words."""
    [warning] = bench.run(ECHO % "1", INPUTS, {"old": "x"}).annotations
    assert warning.message == "Input 'old' has been deprecated with message: take name"


def test_inputs_are_not_in_the_environment(bench: Bench) -> None:
    """There are INPUT_ variables for actions in JavaScript and containers only."""
    result = bench.run("- {run: env, shell: bash}", INPUTS, {"wanted": "x"})
    assert not [line for line in shown(result) if line.startswith("INPUT_")]


def test_every_input_is_text(bench: Bench) -> None:
    """Booleans and numbers have no type in actions."""
    workflow = """
    - uses: action/text
      with: {wanted: true, empty: 3.10}
    """
    checks = "inputs.wanted == 'true' && inputs.empty == '3.1'"
    bench.runner.uses["action/text"] = bench.action(ECHO % checks, INPUTS)
    assert shown(bench.job(workflow)) == ["[true]"]


@pytest.mark.parametrize("context", ["secrets.A", "vars.A", "needs.a.result"])
def test_an_action_does_not_see_what_belongs_to_the_workflow(bench: Bench, context: str) -> None:
    """An expression that uses it is refused before the action begins."""
    result = bench.run(ECHO % context, secrets={"A": "x"}, variables={"A": "x"})
    assert (result.outcome, shown(result)) == ("failure", [])
    assert (
        f"Unrecognized named-value: '{context.split('.', maxsplit=1)[0]}'"
        in result.annotations[0].message
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("github.event_name", "pull_request"),
        ("github.event.number", "7"),
        ("github.head_ref", "topic"),
        ("runner.temp != ''", "true"),
        ("job.status", "success"),
        ("strategy.job-total", "1"),
        ("matrix.x", "y"),
        ("env.OUTER", "job"),
        ("env.TEXT", ""),
    ],
)
def test_an_action_sees_these_contexts(bench: Bench, expression: str, value: str) -> None:
    """github, runner, job, strategy, matrix, env, inputs and steps."""
    event = {"number": 7, "pull_request": {"head": {"ref": "topic"}}}
    given = {"env": {"OUTER": "job"}, "matrix": {"x": "y"}}
    lines = echoed(bench, expression, event=event, event_name="pull_request", **given)
    assert lines == [f"[{value}]"]


def test_an_action_can_tell_systems_apart(bench: Bench) -> None:
    """A test may claim to be on another one."""
    bench.runner.system = "Windows"
    assert echoed(bench, "runner.os") == ["[Windows]"]


def test_each_step_knows_where_its_action_is(bench: Bench) -> None:
    """As a variable and as an expression, also inside another action; the ref it must be told."""
    inner = bench.action("- {run: echo $GITHUB_ACTION_PATH, shell: bash}", name="library/inner")
    bench.runner.uses["action/library"] = inner.parent
    outer = """
    - uses: action/library/inner@v1
    - run: |
        echo $GITHUB_ACTION_PATH
        echo ${{ github.action_path }}
        echo "[$GITHUB_ACTION_REF ${{ github.action_ref }} $REF]"
      shell: bash
      env: {REF: "${{ github.action_ref }}"}
    """
    folder = str(bench.action(outer))
    assert shown(bench.run(outer)) == [str(inner), folder, folder, "[  main]"]


def test_a_script_needs_a_shell(bench: Bench) -> None:
    """In an action there is no default."""
    result = bench.run("- run: echo x")
    assert result.outcome == "failure"
    assert "Required property is missing: shell" in result.annotations[0].message


@pytest.mark.parametrize(
    ("shell", "script", "lines"),
    [
        ("bash", "false | true; echo on", []),
        ("sh", "false | true; echo on", ["on"]),
        ("bash -u {0}", "false; echo on", ["on"]),
        ("python", "print('on')", ["on"]),
    ],
)
def test_a_shell_is_started_as_documented(
    bench: Bench, shell: str, script: str, lines: list[str]
) -> None:
    """`bash` stops at the first failure, of a pipe too; whoever writes `{0}` says all of it."""
    result = bench.run(f"- {{run: \"{script}\", shell: '{shell}'}}")
    assert shown(result) == lines
    assert result.outcome == ("success" if lines else "failure")


@pytest.mark.parametrize("shell", ["no-such-shell {0}", "bash -x"])
def test_a_shell_that_cannot_be_started_fails_the_step(bench: Bench, shell: str) -> None:
    """It is not there, or it has no place for the script."""
    assert bench.run(f"- {{run: echo x, shell: '{shell}'}}").outcome == "failure"


def test_scripts_run_in_the_workspace(bench: Bench) -> None:
    """Or in the working directory that the step names, below it."""
    (bench.runner.workspace / "below").mkdir()
    steps = """
    - {run: pwd, shell: bash}
    - {run: pwd, shell: bash, working-directory: below}
    """
    workspace = str(bench.runner.workspace)
    assert shown(bench.run(steps)) == [workspace, f"{workspace}/below"]


def test_a_working_directory_that_is_not_there_fails_the_step(bench: Bench) -> None:
    """It is not made."""
    assert bench.run("- {run: pwd, shell: bash, working-directory: no}").outcome == "failure"


def test_a_steps_environment_wins_over_the_jobs(bench: Bench) -> None:
    """And GITHUB_ENV over the job's, but over the environment of no step."""
    steps = """
    - {run: "echo A=env >> $GITHUB_ENV; echo B=env >> $GITHUB_ENV", shell: bash}
    - {run: "echo $A $B $C", shell: bash, env: {A: step}}
    """
    result = bench.run(steps, env={"A": "job", "B": "job", "C": "job"})
    assert shown(result) == ["step env job"]


def test_the_environment_of_the_step_that_uses_an_action_stays_inside(bench: Bench) -> None:
    """What its steps put into GITHUB_ENV does not replace it there."""
    write = '- {run: "echo $A; echo A=env >> $GITHUB_ENV", shell: bash}'
    bench.runner.uses["action/a"] = bench.action(write + "\n" + "- {run: echo $A, shell: bash}")
    steps = """
    - {uses: action/a@v1, env: {A: outer}}
    - run: echo $A
    """
    assert shown(bench.job(steps)) == ["outer", "outer", "env"]


def test_outputs_are_mapped_from_steps(bench: Bench) -> None:
    """Also when a step has failed."""
    head = """
    outputs:
      both: {description: x, value: "${{ steps.a.outputs.x }}-${{ inputs.i }}"}
      none: {description: x, value: "${{ steps.a.outputs.y }}"}
    inputs:
      i: {description: x, default: d}
    """
    result = bench.run('- {id: a, run: "echo x=1 >> $GITHUB_OUTPUT; exit 3", shell: bash}', head)
    assert (result.outcome, result.outputs) == ("failure", {"both": "1-d", "none": ""})
    assert result.step("a").exit_code == 3


def test_steps_of_an_action_are_its_own(bench: Bench) -> None:
    """An action inside it has another steps context."""
    bench.runner.uses["action/inner"] = bench.action(ECHO % "steps.a.outputs.x", name="inner")
    steps = """
    - {id: a, run: echo x=1 >> $GITHUB_OUTPUT, shell: bash}
    - {uses: action/inner@v1}
    - {run: "echo ${{ steps.a.outputs.x }}", shell: bash}
    """
    assert shown(bench.run(steps)) == ["[]", "1"]


def test_an_action_may_use_actions_of_its_own_repository(bench: Bench) -> None:
    """`$/` begins at the root of the repository that holds the file, `./` at the workspace."""
    inner = bench.action("- {run: echo inner, shell: bash}", name="library/inner").parent
    bench.runner.uses["action/library"] = inner
    bench.action("- {uses: $/inner}\n- {uses: ./mine}", name="library/outer")
    mine = bench.action("- {run: echo mine, shell: bash}", name="mine")
    mine.rename(bench.runner.workspace / "mine")
    assert shown(bench.job("- {uses: action/library/outer@v1}")) == ["inner", "mine"]


def test_an_action_that_is_not_checked_out_fails_the_step(bench: Bench, tmp_path: Path) -> None:
    """With GitHub's hint."""
    for result in (bench.job("- {uses: ./mine}"), bench.runner.action(tmp_path)):
        assert result.outcome == "failure"
        assert "Did you forget to run actions/checkout" in result.annotations[0].message


def test_actions_nest_nine_deep(bench: Bench) -> None:
    """One that uses itself comes to an end."""
    bench.runner.uses["action/self"] = bench.action("- {uses: action/self@v1}", name="self")
    result = bench.job("- {uses: action/self@v1}")
    assert max(step.depth for step in result.steps) == 9
    assert result.annotations[0].message == "Composite action depth exceeded max depth 9"
