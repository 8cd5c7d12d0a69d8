"""The named workloads: how long the prompts and the answers are, in tokens."""

from __future__ import annotations

from typing import NamedTuple

from benchmark.errors import UsageError


class Workload(NamedTuple):
    """What one run asks of an engine.

    Attributes:
        name: the name people compare results by.
        input_length: prompt tokens of every request, exactly.
        output_length: generated tokens of every request, exactly; at least two.
        concurrency: requests in flight at any time.
    """

    name: str
    input_length: int
    output_length: int
    concurrency: int = 1


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("short", 128, 128),
        Workload("long", 2048, 512),
        Workload("stress", 256, 256, concurrency=10),
        Workload("Q1", 32, 64),
        Workload("Q2", 512, 128),
        Workload("Q3", 128, 256),
        Workload("Q4", 256, 256),
        Workload("Q5", 32, 64, concurrency=10),
        Workload("Q6", 512, 256, concurrency=10),
        Workload("Q7", 256, 512),
        Workload("Q8", 192, 128),
    )
}


def find_workload(name: str) -> Workload:
    """The workload called `name`.

    Raises:
        UsageError: if there is none, listing those there are.
    """
    try:
        return WORKLOADS[name]
    except KeyError:
        raise UsageError(
            f"There is no workload {name!r}.", hint=f"Choose one of: {', '.join(WORKLOADS)}."
        ) from None
