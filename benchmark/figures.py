"""Whether some JSON value holds the figures of a measurement, whoever wrote it and in what form."""

from __future__ import annotations

import re

_FIGURE = re.compile(
    r"(?:^|_)(?:ttft|tbt|tpot|itl|e2el|latency|throughput|tps|speedup)(?:_|$)", re.IGNORECASE
)
_LEVELS = 5
"""Programs that compare several targets have their figures three levels deep."""

_OF_A_RUN_REPORT = "samples_path"


def has_figures(value: object, levels: int = _LEVELS) -> bool:
    """Whether a number in it has a name like `ttft_ms`, or a list of numbers has."""
    if not levels:
        return False
    if isinstance(value, dict):
        return any(
            (_FIGURE.search(name) is not None and _is_figure(item)) or has_figures(item, levels - 1)
            for name, item in value.items()
        )
    return isinstance(value, list) and any(has_figures(item, levels - 1) for item in value)


def is_run_report(value: object) -> bool:
    """Whether it is what `run --json` printed: its entry is in a file of its own."""
    if not isinstance(value, dict):
        return False
    results = value.get("results")
    first = results[0] if isinstance(results, list) and results else value
    return isinstance(first, dict) and _OF_A_RUN_REPORT in first


def _is_figure(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_figure, value))
    return isinstance(value, (int, float)) and not isinstance(value, bool)
