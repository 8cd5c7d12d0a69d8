"""What is told of prompts and traces."""

from __future__ import annotations

import pytest

from benchmark.measure.caveats import caveats
from benchmark.measure.job import Cell
from benchmark.measure.load import Load
from benchmark.measure.workload.workloads import Trace
from tests.support.measured import MEASUREMENT

TRACE = Trace("peak.jsonl", "0" * 64, tuple(range(9)), shares_prefixes=True)


def test_prompts_that_begin_alike_are_told() -> None:
    """A prefix cache may have helped."""
    prompts = {**MEASUREMENT.prompts, "salt": "ab", "alike": 3}
    assert [one.kind for one in caveats(MEASUREMENT._replace(prompts=prompts))] == [
        "prompts-begin-alike"
    ]
    assert list(caveats(MEASUREMENT._replace(prompts={**prompts, "alike": 0}))) == []


@pytest.mark.parametrize(
    ("load", "turns", "stopped", "told"),
    [
        (Load(concurrency=4), 1, None, False),
        (Load(concurrency=5), 1, None, True),
        (Load(concurrency=3), 2, None, True),
        (Load(concurrency=9), 1, "interrupted", False),
        (Load(rate=9.0), 1, None, False),
    ],
)
def test_more_places_than_requests_are_told(
    load: Load, turns: int, stopped: str | None, *, told: bool
) -> None:
    """Four requests never are five at a time, whatever was asked for."""
    workload = MEASUREMENT.cell.workload._replace(turns=turns)
    known = MEASUREMENT._replace(cell=Cell(workload, load), stopped=stopped)
    assert ("places-left-empty" in {one.kind for one in caveats(known)}) == told


def test_what_a_trace_asks_for_and_did_not_get_is_told() -> None:
    """Prefixes that its requests share, and requests that were not sent."""
    cell = MEASUREMENT.cell._replace(workload=MEASUREMENT.cell.workload._replace(trace=TRACE))
    found = {one.kind: one.text for one in caveats(MEASUREMENT._replace(cell=cell))}
    assert set(found) == {"trace-prefixes-ignored", "trace-cut"}
    assert "4 of the trace's 9" in found["trace-cut"]
