"""A measurement and the process it happens in, whatever becomes of either."""

from __future__ import annotations

import _thread
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from benchmark.errors import BenchmarkError
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.job import Event, Finished, Loaded, Probed, Skipped, Started, Warmed
from benchmark.measure.samples import Sample
from benchmark.measure.session import BrokenRunError, InterruptedRunError, run_job
from tests.support.sleepy_engine import COMMAND, ROOT, UNPROBED, job

if TYPE_CHECKING:
    from collections.abc import Iterator


def ignore(_event: Event) -> None:
    """Nobody listens."""


@pytest.fixture(autouse=True)
def _nothing_is_left_running() -> Iterator[None]:
    """Whatever becomes of a measurement: no process of it, and no thread."""
    children, threads = _children(), threading.active_count()
    yield
    assert _children() <= children
    assert threading.active_count() == threads


def _children() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def test_every_event_is_told_and_every_cell_measured() -> None:
    """Two cells of one engine, which is loaded once."""
    events: list[Event] = []
    found = run_job(job(cells=2, repeats=3), COMMAND, events.append)
    kinds = [type(event) for event in events if not isinstance(event, Sample)]
    assert kinds == [Loaded, *[Started, Warmed, Finished] * 2, Probed]
    assert [len(one.series.samples) for one in found] == [3, 3]
    assert all(one.warmup_requests >= 2 and one.stopped is None for one in found)
    assert all(one.bandwidth and one.host_peak for one in found)


def test_what_is_measured_is_what_the_engine_did() -> None:
    """Four tokens of five milliseconds; nothing of the pipe is in it."""
    (found,) = run_job(job(repeats=6), UNPROBED, ignore)
    best = min(found.series.samples, key=lambda one: one.e2e_ms)
    assert 20 <= best.e2e_ms < 25
    assert 5 <= best.ttft_ms < 7


def test_a_cell_the_model_has_no_positions_for_is_skipped_if_there_are_others() -> None:
    """The model has 64."""
    small, events = job(cells=1, repeats=1), []
    large = job(output=100).cells
    found = run_job(small._replace(cells=(*large, *small.cells)), UNPROBED, events.append)
    assert [type(event) for event in events].count(Skipped) == 1
    assert [one.cell.workload.output_length for one in found] == [4]
    with pytest.raises(BenchmarkError, match="needs 103 positions"):
        run_job(small._replace(cells=large), UNPROBED, ignore)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("die@15", "memory ran out"),
        ("give up@15", "the chip is gone"),
        ("crash@15", "a bug in the engine"),
    ],
)
def test_an_engine_that_fails_midway_leaves_what_was_complete(behaviour: str, reason: str) -> None:
    """At the fifteenth request; at most ten of them are the warm-up."""
    with pytest.raises(BrokenRunError, match=reason) as caught:
        run_job(job(behaviour, repeats=1000), UNPROBED, ignore)
    (partial,) = caught.value.complete
    assert 4 <= len(partial.series.samples) <= 12
    assert reason in str(partial.stopped)


def test_an_engine_that_fails_before_anything_was_complete_leaves_nothing() -> None:
    """The error is the engine's own."""
    with pytest.raises(EngineFailedError, match="The warm-up failed: no answer") as caught:
        run_job(job("fail@1"), UNPROBED, ignore)
    assert not isinstance(caught.value, BrokenRunError)


def test_failed_requests_are_counted_and_end_a_run_that_has_no_hope() -> None:
    """From the fifteenth on."""
    (found,) = run_job(job("fail@15", repeats=1000), UNPROBED, ignore)
    assert found.series.samples
    assert len(found.series.failures) == 5
    assert found.stopped == "requests only failed"


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Background jobs of a shell start with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_an_interrupt_keeps_what_is_complete_and_stops_the_engine() -> None:
    """At the third request of a thousand."""
    seen: list[Event] = []

    def interrupt(event: Event) -> None:
        seen.append(event)
        if sum(isinstance(one, Sample) for one in seen) == 3:
            _thread.interrupt_main()

    with pytest.raises(InterruptedRunError) as caught:
        run_job(job(repeats=1000), UNPROBED, interrupt)
    (partial,) = caught.value.complete
    assert len(partial.series.samples) >= 3
    assert (partial.stopped, partial.host_peak is not None) == ("interrupted", True)
    assert partial.noise is not None


@pytest.mark.usefixtures("_interruptible")
def test_a_model_that_is_busy_for_long_is_not_waited_for() -> None:
    """What else is known of the phase is told by then."""
    seen: list[Event] = []

    def interrupt(event: Event) -> None:
        seen.append(event)
        if sum(isinstance(one, Sample) for one in seen) == 3:
            _thread.interrupt_main()

    with pytest.raises(InterruptedRunError) as caught:
        run_job(job("sleep@14", repeats=1000), UNPROBED, interrupt)
    (partial,) = caught.value.complete
    assert len(partial.series.samples) >= 3
    assert (partial.stopped, partial.noise is not None) == ("interrupted", True)


def test_the_measuring_process_ends_when_its_parent_is_killed() -> None:
    """Nothing is left to burn the cores."""
    script = (
        f"import sys; sys.path.append({str(ROOT)!r})\n"
        "from benchmark.measure.session import run_job\n"
        "from tests.support.sleepy_engine import UNPROBED, job\n"
        "run_job(job(repeats=100000), UNPROBED, lambda event: print(event, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        (child,) = psutil.Process(parent.pid).children()
        parent.kill()
        assert psutil.wait_procs([child], timeout=10)[1] == []


def test_the_parent_sleeps_while_the_engine_works() -> None:
    """A busy parent once took two thirds of the speed of a well-known tool."""
    before, start = time.thread_time(), time.monotonic()
    run_job(job(repeats=100), UNPROBED, ignore)
    assert time.thread_time() - before < 0.1 * (time.monotonic() - start)
