"""Closed and open loops, their ramps and limits, on a pool that answers after a fixed time."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from benchmark.measure.endpoint.closed import ClosedLoop
from benchmark.measure.endpoint.open import OpenLoop
from benchmark.measure.endpoint.phase import Phase
from benchmark.measure.load import Load, StopRule, Watch
from benchmark.measure.request import Request
from benchmark.measure.samples import Failure, Sample

if TYPE_CHECKING:
    from benchmark.measure.endpoint.exchange import Exchange


class Seen(NamedTuple):
    """What came of a phase: measured outcomes, everything sent, details, kinds of caveats."""

    done: list[Sample | Failure]
    sent: list[float]
    most_in_flight: int
    details: dict[str, float]
    caveats: list[str]
    asked: list[Request]


class Upcoming:
    """Gives the same request for ever: a conversation of so many turns."""

    def __init__(self, turns: int) -> None:
        self._turns = turns

    def take(self) -> tuple[Request, bytes]:
        """One, and its bytes."""
        later = tuple(Request((1,), 2, f"and {turn}") for turn in range(1, self._turns))
        return Request((1,), 2, "a", later=later), b""

    def write(self, request: Request) -> tuple[Request, bytes]:
        """A turn that follows."""
        return request, b""

    def refill(self) -> None:
        """Nothing is written ahead."""


class Pool:
    """Answers every request after `answer_s`, or refuses it."""

    def __init__(self, answer_s: float, *, fails: bool) -> None:
        self._answer_s, self._fails = answer_s, fails
        self.user: Any = None
        self.sent: list[float] = []
        self.asked: list[Request] = []
        self.in_flight = self.most = 0

    def send(self, exchange: Exchange) -> None:
        """Note it and answer later."""
        exchange.sent_ns = time.perf_counter_ns()
        assert exchange.request is not None
        self.asked.append(exchange.request)
        self.sent.append(exchange.sent_ns / 1e9)
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        asyncio.get_running_loop().call_later(self._answer_s, self._answer, exchange)

    def _answer(self, exchange: Exchange) -> None:
        self.in_flight -= 1
        exchange.status, exchange.fields = 200, {"content-type": "text/event-stream"}
        exchange.ended, exchange.last_ns = True, time.perf_counter_ns()
        exchange.error = "refused" if self._fails else None
        if not self._fails:
            text = {"delta": {"content": f"answer {len(self.sent)}"}, "finish_reason": "length"}
            said = f"data: {json.dumps({'choices': [text]})}\n\n".encode()
            exchange.pieces.append((exchange.last_ns, said))
        self.user.ended(exchange)


class Judge:
    """Finds every answer complete unless it was refused."""

    def __init__(self, start_ns: int) -> None:
        self._start_ns = start_ns

    def begin(self, _start_ns: int) -> None:
        """Times of these tests count from the beginning of all."""

    def decide(self, exchange: Exchange, _: Request) -> Sample | Failure:
        """Its times."""
        start_s = (exchange.start_ns - self._start_ns) / 1e9
        e2e_ms = (exchange.last_ns - exchange.start_ns) / 1e6
        if exchange.error:
            return Failure(start_s, e2e_ms, exchange.error)
        return Sample(start_s, 1, 2, e2e_ms / 2, (e2e_ms / 2,), e2e_ms)


async def _drive(load: Load, rule: StopRule, answer_s: float, *, fails: bool, turns: int) -> Seen:
    loop, done = asyncio.get_running_loop(), []
    pool: Any = Pool(answer_s, fails=fails)
    judge: Any = Judge(time.perf_counter_ns())
    upcoming: Any = Upcoming(turns)
    phase = Phase(
        loop,
        time.perf_counter_ns,
        upcoming,
        judge,
        Watch(rule, load),
        lambda _, outcome: done.append(outcome),
    )
    kind = ClosedLoop if load.rate is None else OpenLoop
    pool.user = driver = kind(loop, phase, pool, load)
    driver.start()
    try:
        await asyncio.wait_for(phase.over, 30)
    finally:
        driver.stop()
    details = {**driver.details(), **phase.details()}
    kinds = [one.kind for one in driver.caveats()]
    return Seen(done, pool.sent, pool.most, details, kinds, pool.asked)


def drive(
    load: Load, rule: StopRule, answer_s: float = 0.02, *, fails: bool = False, turns: int = 1
) -> Seen:
    """One phase in an event loop of its own."""
    return asyncio.run(_drive(load, rule, answer_s, fails=fails, turns=turns))


EXACT = StopRule(precision=0, max_time_s=0.2)


@pytest.mark.parametrize("seed", range(5))
def test_an_open_loop_sends_exactly_what_is_due_in_its_time(seed: int) -> None:
    """Twenty at a hundred per second in a fifth of a second, whatever the seed."""
    seen = drive(Load(rate=100.0, seed=seed), EXACT)
    assert len(seen.done) == len(seen.sent) == 20
    assert seen.caveats == []


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_than_the_limit_are_ever_in_flight(most: int) -> None:
    """However fast they are due; all of them are sent, and times count from when they were due."""
    load = Load(rate=1000.0, arrivals="constant", max_in_flight=most)
    seen = drive(load, StopRule(repeats=12), 0.01)
    assert seen.most_in_flight == most
    assert len(seen.done) == 12
    assert [one.start_s for one in seen.done] == pytest.approx(
        [n / 1000 for n in range(12)], abs=0.05
    )
    assert max(one.e2e_ms for one in seen.done) > 10 * (12 / most - 2)


def test_what_waits_at_the_limit_is_told_and_is_no_lateness_of_the_client() -> None:
    """As a caveat, with the longest wait; the client's own delay stays apart."""
    load = Load(rate=1000.0, arrivals="constant", max_in_flight=1)
    seen = drive(load, StopRule(repeats=6), 0.05)
    assert seen.caveats == ["waited-for-a-place"]
    assert seen.details["waited_for_a_place"] == 5
    assert seen.details["never_sent"] == 0
    assert seen.details["place_wait_p99_ms"] > 200
    assert seen.details["send_delay_p50_ms"] < seen.details["place_wait_p50_ms"] / 4


def test_what_still_waits_when_time_is_up_is_not_sent_and_told() -> None:
    """A server that is slower than the rate would otherwise be measured for hours."""
    load = Load(rate=100.0, arrivals="constant", max_in_flight=1)
    seen = drive(load, EXACT, 0.15)
    assert seen.details["never_sent"] == 20 - len(seen.done) > 10
    assert seen.caveats == ["waited-for-a-place"]


def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    """And nothing is said."""
    seen = drive(Load(rate=50.0, arrivals="constant", max_in_flight=50), StopRule(repeats=5))
    assert len(seen.done) == 5
    assert seen.caveats == []
    assert "waited_for_a_place" not in seen.details


def test_a_closed_loop_fills_its_places_over_the_ramp_and_measures_afterwards() -> None:
    """Four places in 0.2 s: the first starts at once, the last after 0.15 s."""
    seen = drive(Load(concurrency=4, ramp_up_s=0.2), StopRule(repeats=8), 0.5)
    begun = [at - seen.sent[0] for at in seen.sent[:4]]
    assert begun == pytest.approx([0, 0.05, 0.1, 0.15], abs=0.04)
    assert seen.most_in_flight == 4
    assert seen.details["ramp_up_requests"] == 4
    assert len(seen.done) == 8
    assert min(one.start_s for one in seen.done) >= 0.2


def test_an_open_loop_reaches_its_rate_over_the_ramp_and_measures_afterwards() -> None:
    """A hundred per second after 0.2 s of ramp, in which ten are due."""
    load = Load(rate=100.0, arrivals="constant", ramp_up_s=0.2)
    seen = drive(load, StopRule(repeats=10), 0.01)
    assert (len(seen.sent), len(seen.done)) == (20, 10)
    assert seen.details["ramp_up_requests"] == 10
    assert min(one.start_s for one in seen.done) >= 0.2


def test_failures_count_during_the_ramp_too() -> None:
    """A server that refuses everything ends the run before the ramp does."""
    began = time.monotonic()
    seen = drive(Load(concurrency=2, ramp_up_s=20.0), StopRule(repeats=8), 0.001, fails=True)
    assert time.monotonic() - began < 15
    assert {type(one) for one in seen.done} == {Failure}


def test_a_trace_is_played_at_its_own_times() -> None:
    """Two at once, one later; then the run is over."""
    load = Load(rate=10.0, due_s=(0.0, 0.0, 0.15))
    seen = drive(load, StopRule(precision=0.5, max_time_s=100))
    starts = [one.start_s for one in seen.done]
    assert starts[2] - starts[0] == pytest.approx(0.15, abs=1e-6)
    assert starts[1] == starts[0]
    assert len(starts) == 3


def test_turns_of_a_conversation_follow_its_answers_and_all_are_measured() -> None:
    """Two conversations in flight; four requests were asked for, which are two whole ones."""
    seen = drive(Load(concurrency=2), StopRule(repeats=4), turns=3)
    assert seen.most_in_flight == 2
    assert len(seen.done) == 6
    lengths = sorted(len(one.history) for one in seen.asked)
    assert lengths == sorted([0, 2, 4] * (len(seen.done) // 3))
    for one in seen.asked:
        assert [turn.role for turn in one.history] == ["user", "assistant"] * (
            len(one.history) // 2
        )
        assert all(turn.text.startswith("answer") for turn in one.history[1::2])


@pytest.mark.parametrize(("places", "ramp_up_s"), [(1, 0.0), (2, 0.0), (2, 0.1)])
def test_as_many_whole_conversations_are_measured_as_were_asked_for(
    places: int, ramp_up_s: float
) -> None:
    """The turns of those in flight are no requests too many; a ramp's are not among them."""
    load = Load(concurrency=places, ramp_up_s=ramp_up_s)
    seen = drive(load, StopRule(repeats=10).whole(3), 0.01, turns=3)
    whole = len([one for one in seen.asked if not one.history])
    assert len(seen.sent) == 3 * whole
    assert len(seen.done) == 12 or ramp_up_s
    assert 12 <= len(seen.done) <= 14


def test_a_conversation_ends_with_a_turn_that_fails() -> None:
    """There is nothing to go on with; others begin until as many were sent as were asked for."""
    seen = drive(Load(), StopRule(repeats=3), turns=3, fails=True)
    assert len(seen.sent) == 3
    assert {len(one.history) for one in seen.asked} == {0}
    assert {type(one) for one in seen.done} == {Failure}
