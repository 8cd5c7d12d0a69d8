"""Runs in an engine's environment: loads what it is told, answers, and prints what happened.

Every line of standard input is a JSON list of cases: `engine`, `options`, `prompts`,
`output_length`, `cache`. It is a fork of an interpreter that has the engine's libraries.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmark.errors import BenchmarkError
from benchmark.measure.engine_options import EngineOptions


def main() -> None:
    """One JSON line for each case."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for case in (case for line in sys.stdin for case in json.loads(line)):
        try:
            answer = run(case)
        except BenchmarkError as error:
            words = {"error": type(error).__name__, "message": str(error), "hint": error.hint}
            answer = {**words, "exit_code": error.exit_code}
        print(json.dumps(answer), file=out, flush=True)


def run(case: dict[str, Any]) -> dict[str, Any]:
    """Load one model and generate once."""
    module = import_module(f"benchmark.measure.engines.{case['engine']}_engine")
    options = EngineOptions(**case["options"])
    model = module.create(options, Path(case["cache"])).load()._model  # noqa: SLF001 - its tokens are tested
    timing, tokens = model.answer(case["prompts"], case["output_length"])
    facts = asdict(model.facts())
    return {"facts": facts, "tokens": tokens.tolist(), "timing": timing._asdict()}


main()
