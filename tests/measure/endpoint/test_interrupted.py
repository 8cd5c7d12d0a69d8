"""A run that is ended while a server answers: what is complete is as well known as a whole run."""

from __future__ import annotations

import _thread
import itertools
import os
import shlex
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.measure import environment
from benchmark.measure.engine_options import Endpoint, EngineOptions
from benchmark.measure.job import Cell, Job, Warmed
from benchmark.measure.load import Load, StopRule
from benchmark.measure.samples import Sample
from benchmark.measure.session import InterruptedRunError, run_job
from benchmark.measure.workload.workloads import fixed
from tests.measure.endpoint.test_serve import command, free_port, wait_until, words_of
from tests.measure.endpoint.wire import Asked, chunk, events, head, serve, streamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.job import Event, Measurement

TOKENS, WHOLE = 6, 5


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Background jobs of a shell start with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(
    url: str, words: Path, load: Load, after: int = 3, on_warm: Callable[[], None] = lambda: None
) -> Measurement:
    """What is kept of a run that is ended when so many answers have come."""
    options = EngineOptions(str(words), "cpu", endpoint=Endpoint(url, tokenizer=str(words)))
    cell = Cell(fixed("tiny", 8, TOKENS), load)
    job = Job("openai", options, (cell,), StopRule(1000), str(words), salt="x")
    seen: list[Event] = []

    def interrupt(event: Event) -> None:
        seen.append(event)
        if isinstance(event, Warmed):
            on_warm()
        if isinstance(event, Sample) and sum(isinstance(one, Sample) for one in seen) == after:
            _thread.interrupt_main()

    with pytest.raises(InterruptedRunError) as caught:
        run_job(job, environment.child_command(Path(sys.executable)), interrupt)
    (found,) = caught.value.complete
    return found


@pytest.mark.parametrize("load", [Load(concurrency=4), Load(rate=50.0)])
def test_an_interrupted_phase_is_as_well_known_as_a_complete_one(
    load: Load, pace: Callable[..., Any], words: Path
) -> None:
    """Who counted, how late the client was, whether others used the machine; only it is shorter."""
    found = interrupted(pace("--bundle", "2").url, words, load, 20)
    assert found.stopped == "interrupted"
    assert len(found.series.samples) >= 3
    assert found.series.failures == ()
    details = found.facts.details
    assert details["token_count_source"] == "usage"
    assert details["token_placement"]
    assert {"usage_checked", "loop_lag_p99_ms", "client_cpu_share"} <= details.keys()
    assert found.noise is not None
    assert found.host_peak is not None
    assert found.series.wall_s > 0


def test_an_answer_that_is_on_its_way_is_neither_waited_for_nor_a_failure(words: Path) -> None:
    """From the sixth measured request on the server falls silent in the middle of each."""
    warmed, over, begun = threading.Event(), threading.Event(), itertools.count()

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.method == "POST" and warmed.is_set() and next(begun) >= WHOLE:
            yield head()
            yield from map(chunk, events(2)[:2])
            over.wait(60)
        else:
            yield from streamed(asked)

    with serve(play) as wire:
        url = f"http://{wire.host}/v1"
        found = interrupted(url, words, Load(concurrency=3), WHOLE, warmed.set)
        over.set()
    assert len(found.series.samples) == WHOLE
    assert found.series.failures == ()
    assert found.facts.details["token_count_source"] == "usage"


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_server_that_is_still_starting_is_gone_when_the_run_is(
    words: Path, tmp_path: Path
) -> None:
    """It would answer in a minute; it needs a moment to end, and has it."""
    port, begun = free_port(), tmp_path / "begun"
    slow = (
        f"trap 'sleep 1; exit' TERM; touch {begun}; {command(port, '--start-after', '60')} & wait"
    )
    endpoint = Endpoint(f"http://127.0.0.1:{port}/v1", serve=shlex.join(["sh", "-c", slow]))
    options = EngineOptions(str(words), "cpu", endpoint=endpoint)
    job = Job("openai", options, (Cell(fixed("tiny", 8, TOKENS), Load()),), StopRule(4), str(words))

    def interrupt() -> None:
        wait_until(begun.exists)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(InterruptedRunError) as caught:
        run_job(job, environment.child_command(Path(sys.executable)), lambda _: None)
    assert caught.value.complete == ()
    assert words_of(port) == []
