"""One request after the other: the next starts when the last is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import BenchmarkError
from benchmark.measure.engine import RequestFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.engine import Model, Timing
    from benchmark.measure.workloads import Workload

WARMUP_REQUESTS = 1
_NS_PER_S = 1e9


class Plan(NamedTuple):
    """When enough has been measured, or when the first `min_repeats` requests all failed.

    Attributes:
        repeats: measure exactly so many requests; None for at least `min_repeats` and
            `min_time_s`.
        max_time_s: start no request after so many seconds; None for no limit. One is always
            measured.
    """

    repeats: int | None = None
    max_time_s: float | None = None
    min_repeats: int = 5
    min_time_s: float = 10

    def enough(self, done: int, failed: int, seconds: float) -> bool:
        """Whether to stop after so many requests that took so long."""
        requests = done + failed
        if requests and self.max_time_s is not None and seconds >= self.max_time_s:
            return True
        if not done and failed >= self.min_repeats:
            return True
        if self.repeats is not None:
            return requests >= self.repeats
        return requests >= self.min_repeats and seconds >= self.min_time_s


class Warmed(NamedTuple):
    """The warm-up is over: one request of the workload's full shape."""

    seconds: float


class Repeated(NamedTuple):
    """One measured request is done; `error` says why it failed."""

    number: int
    tokens_per_s: float | None
    error: str | None


class Series(NamedTuple):
    """What was measured; `wall_s` is seconds from the first start to the last end."""

    timings: tuple[Timing, ...]
    errors: tuple[str, ...]
    wall_s: float


def warm_up(model: Model, workload: Workload, prompts: Iterator[tuple[int, ...]]) -> Warmed:
    """One request of the full shape, so that no first-time cost is measured.

    Raises:
        BenchmarkError: if the request fails: nothing can be measured then.
    """
    try:
        timing = model.generate(next(prompts), workload.output_length)
    except RequestFailedError as error:
        raise BenchmarkError(f"The warm-up request failed: {error}", hint=error.hint) from error
    return Warmed(_seconds(timing))


def measure(
    model: Model,
    workload: Workload,
    prompts: Iterator[tuple[int, ...]],
    plan: Plan,
    report: Callable[[Repeated], None],
    clock: Callable[[], int],
) -> Series:
    """Repeat the request until the plan is fulfilled; a failure is counted, never dropped.

    Args:
        model: already warm.
        workload: its lengths.
        prompts: one per request.
        plan: when to stop.
        report: told after every request.
        clock: nanoseconds, monotonic.

    Raises:
        BenchmarkError: if every request failed.
    """
    timings: list[Timing] = []
    errors: list[str] = []
    start = now = clock()
    while not plan.enough(len(timings), len(errors), (now - start) / _NS_PER_S):
        rate = error = None
        try:
            timings.append(model.generate(next(prompts), workload.output_length))
            rate = workload.output_length / _seconds(timings[-1])
        except RequestFailedError as failure:
            error = str(failure)
            errors.append(error)
        report(Repeated(len(timings) + len(errors), rate, error))
        now = clock()
    if not timings:
        raise BenchmarkError(f"All {len(errors)} requests failed, the last one: {errors[-1]}")
    return Series(tuple(timings), tuple(errors), (now - start) / _NS_PER_S)


def _seconds(timing: Timing) -> float:
    return (timing.end_ns - timing.start_ns) / _NS_PER_S
