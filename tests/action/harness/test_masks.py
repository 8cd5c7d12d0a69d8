"""Secrets are not shown."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.action.harness.bench import shown
from tests.action.harness.masks import Masks

if TYPE_CHECKING:
    from tests.action.harness.bench import Bench

SECRET = "pass\"word<&>/+'1"


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        json.dumps(SECRET),
        quote(SECRET, safe=""),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(b"a" + SECRET.encode()).decode(),
        "pass&quot;word&lt;&amp;&gt;/+&apos;1",
        f"before {SECRET} after",
    ],
)
def test_a_secret_is_hidden_however_it_is_written(text: str) -> None:
    """As it is, and in the encodings that the runner knows."""
    masks = Masks()
    masks.add(SECRET)
    assert "***" in masks.mask(text)
    assert "word" not in masks.mask(text)


def test_each_line_of_a_secret_is_hidden() -> None:
    """Output is looked at line by line."""
    masks = Masks()
    masks.add("first line\nsecond line\n\n")
    assert masks.mask("x first line y second line z") == "x *** y *** z"


def test_secrets_that_touch_are_one() -> None:
    """Overlapping ones too."""
    masks = Masks()
    for secret in ("abcd", "cdef"):
        masks.add(secret)
    assert masks.mask("abcdef abcdabcd") == "*** ***"


def test_no_secret_hides_everything() -> None:
    """An empty one is none."""
    masks = Masks()
    for nothing in ("", " ", "\n"):
        masks.add(nothing)
    assert (masks.mask("a b"), masks.values) == ("a b", [])


def test_a_step_hides_a_value_from_then_on(bench: Bench) -> None:
    """In the log, in annotations and their properties, in the summary and the environment."""
    steps = """
    - id: first
      run: |
        echo before hidden-value
        echo ::add-mask::hidden-value
        echo ::error title=hidden-value::hidden-value
        echo hidden-value > $GITHUB_STEP_SUMMARY
        echo A=hidden-value >> $GITHUB_ENV
    - {run: "echo $A >&2"}
    """
    result = bench.job(steps)
    [note] = result.annotations
    assert shown(result) == ["before hidden-value", "***"]
    assert (note.message, note.title, result.summary) == ("***", "***", "***\n")
    assert "A: ***" in result.log
    assert result.env_after == {"A": "hidden-value"}


def test_secrets_and_tokens_are_hidden_from_the_start(bench: Bench) -> None:
    """Those that steps get, and GitHub's own."""
    run = "echo ${{ secrets.one }} ${{ github.token }} $ACTIONS_ID_TOKEN_REQUEST_TOKEN"
    workflow = f"""
on: push
permissions: {{id-token: write}}
jobs:
  a: {{runs-on: ubuntu-latest, steps: [{{run: "{run}"}}]}}
"""
    given = {"secrets": {"ONE": "sesame"}, "identity": ("http://127.0.0.1", "id-request")}
    result = bench.runner.job(workflow, "a", **given)
    assert shown(result) == ["*** *** ***"]
    assert {"sesame", "id-request", bench.runner.token} <= {*result.masks}


def test_a_mask_for_nothing_is_a_warning(bench: Bench) -> None:
    """It would hide everything."""
    result = bench.job('- {run: "echo ::add-mask::; echo visible"}')
    assert (shown(result), result.annotations[0].level) == (["visible"], "warning")
