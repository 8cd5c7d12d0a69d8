"""Jobs that call another workflow, by GitHub's documentation."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from tests.action.harness.actions import UnknownActionError
from tests.action.harness.bench import shown
from tests.action.harness.typed_inputs import StartError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.action.harness.bench import Bench
    from tests.action.harness.reports import Result

SECRETS = {"TOKEN": "sesame", "OTHER": "password"}
IDENTITY = ("http://127.0.0.1:1/token", "request-token")
CALLED = """
on:
  workflow_call:
    inputs:
      flag: {type: boolean, default: false}
      count: {type: number}
      text: {type: string, default: "${{ github.repository }}"}
    secrets:
      token: {required: false}
    outputs:
      out: {value: "${{ jobs.last.outputs.x }} ${{ inputs.text }}"}
jobs:
  last:
    needs: first
    runs-on: ubuntu-latest
    outputs: {x: "${{ steps.s.outputs.x }}"}
    steps:
      - {id: s, run: "echo x=${{ needs.first.outputs.y }} >> $GITHUB_OUTPUT; ls"}
  first:
    runs-on: ubuntu-latest
    outputs: {y: "y"}
    steps:
      - {run: "echo ${{ EXPRESSION }}; touch file"}
"""


@pytest.fixture
def library(tmp_path: Path, bench: Bench) -> Path:
    """A repository `lab/library` with a workflow to call."""
    folder = tmp_path / "library"
    (folder / ".github" / "workflows").mkdir(parents=True)
    bench.runner.uses["lab/library"] = folder
    return folder


def write(library: Path, text: str) -> None:
    """Put the workflow there."""
    (library / ".github" / "workflows" / "called.yml").write_text(dedent(text), encoding="utf-8")


def call(bench: Bench, more: str = "", head: str = "", **given: Any) -> Result:
    """A job that calls it."""
    uses = "uses: lab/library/.github/workflows/called.yml@v1"
    text = f"on: push\n{head}\njobs:\n  call:\n    {uses}\n    {more}\n"
    return bench.runner.job(text, "call", **given)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.flag == true", "true"),
        ("inputs.count == 0", "true"),
        ("inputs.text", "octocat/hello-world"),
        ("vars.V", "v"),
        ("github.repository", "octocat/hello-world"),
        ("job.workflow_repository", "lab/library"),
        ("job.workflow_sha", "v1"),
        ("secrets.TOKEN", ""),
        ("env.OUTER", ""),
    ],
)
def test_a_called_workflow_sees_its_inputs_and_the_callers_run(
    bench: Bench, library: Path, expression: str, value: str
) -> None:
    """Neither the caller's environment nor secrets that are not passed."""
    write(library, CALLED.replace("EXPRESSION", expression))
    given = {"secrets": SECRETS, "variables": {"V": "v"}}
    result = call(bench, "with: {flag: true}", "env: {OUTER: x}", **given)
    assert shown(result) == [value]


def test_its_jobs_run_in_order_each_on_a_new_machine(bench: Bench, library: Path) -> None:
    """The caller gets the outputs that the workflow maps from them."""
    write(library, CALLED.replace("EXPRESSION", "1"))
    result = call(bench, "with: {text: t}")
    assert result.steps[0].name.startswith("Run echo 1")
    assert (result.outputs, shown(result)) == ({"out": "y t"}, ["1"])


def test_a_job_that_fails_is_a_failure_of_the_call(bench: Bench, library: Path) -> None:
    """What needs it is skipped."""
    write(library, CALLED.replace("echo ${{ EXPRESSION }}", "exit 1"))
    result = call(bench)
    assert (result.outcome, len(result.steps)) == ("failure", 1)


@pytest.mark.parametrize(
    ("secrets", "values"),
    [
        ("secrets: inherit", ["*** ***"]),
        ('secrets: {TOKEN: "${{ secrets.OTHER }}"}', ["***"]),
        ('secrets: {token: "${{ secrets.OTHER }}"}', ["***"]),
        ("", [""]),
    ],
)
def test_secrets_are_passed_by_name_or_all_together(
    bench: Bench, library: Path, secrets: str, values: list[str]
) -> None:
    """Not otherwise."""
    write(library, CALLED.replace("EXPRESSION", "secrets.token }} ${{ secrets.other"))
    assert shown(call(bench, secrets, secrets=SECRETS)) == values


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("with: {other: x}", "Invalid input, other is not defined"),
        ("with: {flag: x}", "Unexpected value 'x' for input flag"),
        ('with: {flag: "${{ github.ref_name }}"}', "Unexpected value 'main' for input flag"),
        ("with: {count: true}", "Unexpected value True for input count"),
        ("secrets: {other: x}", "Invalid secret, other is not defined"),
    ],
)
def test_a_call_that_does_not_fit_is_refused(
    bench: Bench, library: Path, more: str, words: str
) -> None:
    """Before anything runs."""
    write(library, CALLED.replace("EXPRESSION", "1"))
    with pytest.raises(StartError, match=words):
        call(bench, more)


@pytest.mark.parametrize("kind", ["inputs", "secrets"])
def test_what_is_required_must_be_given(bench: Bench, library: Path, kind: str) -> None:
    """By the caller of a workflow, unlike that of an action."""
    types = {"inputs": "type: string, ", "secrets": ""}[kind]
    head = f"on: {{workflow_call: {{{kind}: {{must: {{{types}required: true}}}}}}}}\n"
    write(library, head + "jobs: {a: {runs-on: ubuntu-latest, steps: [{run: exit}]}}")
    with pytest.raises(StartError, match="must is required, but not provided"):
        call(bench)


def test_only_a_workflow_for_calls_can_be_called(bench: Bench, library: Path) -> None:
    """It must say so."""
    write(library, "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: exit}]}}")
    with pytest.raises(StartError, match="workflow_call"):
        call(bench)


@pytest.mark.parametrize(
    ("caller", "called", "has"),
    [
        ("{id-token: write}", "{id-token: write}", True),
        ("{id-token: write}", None, True),
        ("{id-token: write}", "{contents: none}", False),
        ("{contents: read}", None, False),
        ("{}", "{id-token: write}", None),
        (None, "{id-token: write}", None),
        ("{contents: read}", "{contents: write}", None),
    ],
)
def test_a_called_workflow_may_do_no_more_than_its_caller(
    bench: Bench, library: Path, caller: str | None, called: str | None, has: bool | None
) -> None:
    """It may give rights up; to ask for more is refused."""
    inside = f"permissions: {called}\n" if called else ""
    run = "steps: [{run: 'echo $ACTIONS_ID_TOKEN_REQUEST_URL'}]"
    write(library, f"on: workflow_call\n{inside}jobs: {{a: {{runs-on: ubuntu-latest, {run}}}}}")
    more = f"permissions: {caller}" if caller else ""
    if has is None:
        with pytest.raises(StartError, match="is only allowed"):
            call(bench, more, identity=IDENTITY)
    else:
        assert shown(call(bench, more, identity=IDENTITY)) == [IDENTITY[0] if has else ""]


def test_a_called_workflow_uses_actions_of_its_own_repository(bench: Bench, library: Path) -> None:
    """`$/` is the called repository; workflows beside it are called with `./` or `$/`."""
    action = bench.action("- {run: echo library, shell: bash}")
    action.joinpath("action.yml").rename(library / "action.yml")
    write(library, "on: workflow_call\njobs: {a: {uses: ./.github/workflows/inner.yml}}")
    inner = "on: workflow_call\njobs: {b: {runs-on: ubuntu-latest, steps: [{uses: $/}]}}"
    (library / ".github" / "workflows" / "inner.yml").write_text(inner)
    assert shown(call(bench)) == ["library"]


@pytest.mark.parametrize("begin", ["./", "$/"])
def test_a_workflow_of_the_own_repository_is_called_without_its_name(
    bench: Bench, library: Path, begin: str
) -> None:
    """At the commit that runs, whatever the workspace holds."""
    write(library, CALLED.replace("EXPRESSION", "job.workflow_repository"))
    bench.runner.uses[bench.runner.repository] = library
    text = f"on: push\njobs: {{call: {{uses: {begin}.github/workflows/called.yml}}}}"
    assert shown(bench.runner.job(text, "call")) == [bench.runner.repository]


def test_a_workflow_that_the_test_does_not_name_is_a_mistake_of_the_test(bench: Bench) -> None:
    """As is an action."""
    with pytest.raises(UnknownActionError, match="lab/library"):
        call(bench)
    with pytest.raises(UnknownActionError, match="other/action@v1"):
        bench.job("- uses: other/action@v1")
