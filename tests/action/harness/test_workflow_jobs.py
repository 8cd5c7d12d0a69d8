"""One job of a workflow, by GitHub's workflow syntax."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from tests.action.harness.bench import shown
from tests.action.harness.evaluator import ParseError
from tests.action.harness.typed_inputs import StartError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.action.harness.bench import Bench
    from tests.action.harness.reports import Result

IDENTITY = ("http://127.0.0.1:1/token", "request-token")
FORK = {"pull_request": {"head": {"ref": "topic", "repo": {"fork": True}}}}
SECRET = {"TOKEN": "sesame"}


def run(bench: Bench, workflow: str, name: str = "a", **given: Any) -> Result:
    """A job of a workflow that pushes start."""
    return bench.runner.job(f"on: push\n{dedent(workflow)}", name, **given)


def echo(expression: str, job: str = "") -> str:
    """A workflow with a step that says what an expression is."""
    steps = f'[{{run: "echo ${{{{ {expression} }}}}"}}]'
    return f"jobs:\n  a:\n    runs-on: ubuntu-latest\n    {job}\n    steps: {steps}\n"


def test_the_environment_is_that_of_workflow_job_and_step(bench: Bench) -> None:
    """The inner one wins, and each may use expressions."""
    workflow = """
    env: {A: workflow, B: workflow, C: "${{ vars.C }}"}
    jobs:
      a:
        runs-on: ubuntu-latest
        env: {A: job, B: "${{ secrets.B }}"}
        steps:
          - {run: "echo $A [$B] $C ${{ env.C }}", env: {A: step}}
    """
    assert shown(run(bench, workflow, variables={"C": "var"})) == ["step [] var var"]


def test_defaults_are_for_scripts_without_their_own(bench: Bench) -> None:
    """The job's win over the workflow's; an action has none of them."""
    (bench.runner.workspace / "below").mkdir()
    bench.runner.uses["action/pwd"] = bench.action("- {run: pwd, shell: bash}")
    workflow = """
    defaults: {run: {shell: "python", working-directory: no}}
    jobs:
      a:
        runs-on: ubuntu-latest
        defaults: {run: {working-directory: below}}
        steps:
          - {run: "import os; print(os.getcwd())"}
          - {run: pwd, shell: sh, working-directory: .}
          - {uses: action/pwd@v1}
    """
    workspace = str(bench.runner.workspace)
    assert shown(run(bench, workflow)) == [f"{workspace}/below", workspace, workspace]


def test_a_script_without_a_shell_goes_on_after_a_failure_in_a_pipe(bench: Bench) -> None:
    """It is bash, but with -e alone."""
    assert shown(bench.job("- {run: 'false | true; echo $BASH'}"))[0].endswith("/bash")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("secrets.token", "***"),
        ("secrets.TOKEN == 'sesame'", "true"),
        ("secrets.other", ""),
        ("secrets.github_token == github.token", "true"),
        ("vars.repo", "lab/results"),
        ("needs.before.result", "success"),
        ("needs.before.outputs.x", "1"),
        ("matrix.x", "y"),
        ("github.job", "a"),
        ("github.repository_owner", "octocat"),
        ("github.workflow_ref", "octocat/hello-world/.github/workflows/w.yml@refs/heads/topic/x"),
        ("github.ref_name", "topic/x"),
    ],
)
def test_a_job_sees_these_contexts(bench: Bench, expression: str, value: str) -> None:
    """secrets, vars, needs and matrix besides those that actions see."""
    needs = {"before": {"result": "success", "outputs": {"x": "1"}}}
    given: dict[str, Any] = {
        "secrets": SECRET,
        "variables": {"REPO": "lab/results"},
        "matrix": {"x": "y"},
    }
    place = {"ref": "refs/heads/topic/x", "path": ".github/workflows/w.yml"}
    before = "  before: {runs-on: ubuntu-latest, steps: [{run: exit}]}\n"
    workflow = echo(expression, "needs: before\n    strategy: {matrix: {x: [y]}}") + before
    assert shown(run(bench, workflow, needs=needs, **given, **place)) == [value]


@pytest.mark.parametrize(
    ("condition", "result", "runs"),
    [
        ("", "success", True),
        ("", "failure", False),
        ("", "skipped", False),
        ("always()", "failure", True),
        ("failure()", "failure", True),
        ("github.ref == 'refs/heads/main'", "success", True),
        ("github.ref == 'refs/heads/other'", "success", False),
        ("vars.NO", "success", False),
    ],
)
def test_a_job_runs_if_its_condition_holds(
    bench: Bench, condition: str, result: str, runs: bool
) -> None:
    """Without one, if all that it needs has succeeded."""
    before = "  before: {runs-on: ubuntu-latest, steps: [{run: exit}]}\n"
    head = f"needs: before\n    if: {condition}" if condition else "needs: before"
    needs = {"before": {"result": result, "outputs": {}}}
    found = run(bench, echo("1", head) + before, needs=needs)
    assert (found.outcome, shown(found)) == (("success", ["1"]) if runs else ("skipped", []))


def test_a_jobs_outputs_are_mapped_from_its_steps(bench: Bench) -> None:
    """But for those that show a secret."""
    workflow = """
    jobs:
      a:
        runs-on: ubuntu-latest
        outputs: {x: "${{ steps.s.outputs.x }}", y: "${{ secrets.TOKEN }}!"}
        steps: [{id: s, run: echo x=1 >> $GITHUB_OUTPUT}]
    """
    result = run(bench, workflow, secrets=SECRET)
    assert result.outputs == {"x": "1"}
    assert result.annotations[0].message == "Skip output 'y' since it may contain secret."


@pytest.mark.parametrize(
    ("of_workflow", "of_job", "has"),
    [
        ("", "permissions: {id-token: write}", True),
        ("permissions: {id-token: write}", "", True),
        ("permissions: write-all", "", True),
        ("permissions: {id-token: write}", "permissions: {contents: write}", False),
        ("permissions: {}", "", False),
        ("permissions: read-all", "", False),
        ("", "", False),
    ],
)
def test_an_identity_is_for_jobs_with_the_permission(
    bench: Bench, of_workflow: str, of_job: str, has: bool
) -> None:
    """The job's own permissions take the place of the workflow's."""
    workflow = f"{of_workflow}\n" + echo("'$ACTIONS_ID_TOKEN_REQUEST_URL'", of_job)
    assert shown(run(bench, workflow, identity=IDENTITY)) == [IDENTITY[0] if has else ""]


@pytest.mark.parametrize("event_name", ["pull_request", "pull_request_target"])
def test_a_pull_request_from_a_fork_has_neither_secrets_nor_identity(
    bench: Bench, event_name: str
) -> None:
    """Unlike one that runs in the target's context."""
    job = "permissions: {id-token: write}"
    workflow = echo("secrets.TOKEN != ''", job).replace("}}", "}} $ACTIONS_ID_TOKEN_REQUEST_URL")
    given: dict[str, Any] = {"identity": IDENTITY, "secrets": SECRET, "event": FORK}
    lines = shown(run(bench, workflow, event_name=event_name, **given))
    assert lines == ["false" if event_name == "pull_request" else f"true {IDENTITY[0]}"]


def test_permissions_are_reported_as_written(bench: Bench) -> None:
    """None where nothing is said."""
    assert run(bench, echo("1", "permissions: {contents: write}")).permissions == {
        "contents": "write"
    }
    assert run(bench, "permissions: {}\n" + echo("1")).permissions == {}
    assert run(bench, echo("1")).permissions is None


def test_what_only_github_acts_on_is_accepted(bench: Bench) -> None:
    """Environments, concurrency and time limits."""
    job = "environment: hub\n    timeout-minutes: 5\n    concurrency: {group: a, queue: max}"
    assert run(bench, "concurrency: x\n" + echo("1", job)).outcome == "success"


def started(bench: Bench, inputs: Mapping[str, Any], expression: str) -> list[str]:
    """A job of a workflow that somebody starts by hand."""
    on = """
on:
  workflow_dispatch:
    inputs:
      flag: {type: boolean, default: true}
      count: {type: number, default: 3}
      text: {default: some}
      must: {required: true, type: choice, options: [a, b]}
"""
    text = on + echo(expression)
    given = {"inputs": inputs, "event_name": "workflow_dispatch"}
    return shown(bench.runner.job(text, "a", **given))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.flag == true", "true"),
        ("inputs.count == 3", "true"),
        ("inputs.text", "some"),
        ("inputs.must", "a"),
        ("github.event.inputs.flag == 'true'", "true"),
    ],
)
def test_inputs_of_a_start_by_hand_have_types(bench: Bench, expression: str, value: str) -> None:
    """But are text in the event."""
    assert started(bench, {"must": "a"}, expression) == [value]
    assert started(bench, {"must": "a", "flag": "false"}, "inputs.flag == false") == ["true"]


@pytest.mark.parametrize("inputs", [{}, {"must": "a", "other": "x"}, {"must": "a", "flag": "x"}])
def test_a_start_with_wrong_inputs_is_refused(bench: Bench, inputs: dict[str, str]) -> None:
    """One is missing, unknown, or of another type."""
    with pytest.raises(StartError):
        started(bench, inputs, "1")


@pytest.mark.parametrize("expression", ["unknown.x", "steps.a.outputs.x ||", "secret()"])
def test_a_workflow_that_github_refuses_is_refused(bench: Bench, expression: str) -> None:
    """By its own parser."""
    with pytest.raises(ParseError):
        run(bench, echo(expression))


def test_actions_of_the_workflows_repository_can_be_used(bench: Bench) -> None:
    """`./` is the workspace, `$/` the repository at the commit that runs."""
    bench.runner.uses[bench.runner.repository] = bench.action("- {run: echo own, shell: bash}")
    assert shown(bench.job("- uses: $/")) == ["own"]
    bench.action("- {run: echo mine, shell: bash}", name="m").rename(bench.runner.workspace / "m")
    assert shown(bench.job("- uses: ./m")) == ["mine"]
