"""Closed and open loops on a model that answers one batch at a time."""

from __future__ import annotations

from itertools import cycle

from benchmark.measure.load import Load, StopRule, Watch
from benchmark.measure.request import Request
from benchmark.measure.samples import Failure, Sample
from tests.support.fake_model import FakeModel, requests


def drive(
    model: FakeModel, load: Load, rule: StopRule, **shape: int
) -> tuple[float, list[Sample | Failure]]:
    """What was seen, and the wall time."""
    done: list[Sample | Failure] = []
    wall_s = model.target().drive(requests(**shape), load, Watch(rule), done.append)
    return wall_s, done


def test_a_closed_loop_sends_the_next_request_when_one_is_answered() -> None:
    """Three requests of two seconds take six; each starts where the last ended."""
    wall_s, done = drive(FakeModel(2), Load(), StopRule(repeats=3))
    assert wall_s == 6
    assert [one.start_s for one in done] == [0, 2, 4]


def test_requests_in_flight_together_are_one_batch() -> None:
    """Ten at once: one call, ten samples with the same stamps."""
    model = FakeModel(5)
    _, done = drive(model, Load(concurrency=10), StopRule(repeats=10))
    assert [len(batch) for batch in model.batches] == [10]
    assert len(done) == 10
    assert {one.e2e_ms for one in done} == {5000}


def test_repeats_count_requests_in_whole_batches() -> None:
    """Five requests, four at a time, are two batches."""
    _, done = drive(FakeModel(1), Load(concurrency=4), StopRule(repeats=5))
    assert len(done) == 8


def test_prompts_of_different_lengths_are_generated_one_length_after_the_other() -> None:
    """Both wait from the moment they arrived together."""
    model, done = FakeModel(1), []
    mixed = cycle([Request((1, 2), 5), Request((1,), 5)])
    model.target().drive(mixed, Load(concurrency=2), Watch(StopRule(repeats=2)), done.append)
    assert [len(batch) for batch in model.batches] == [1, 1]
    assert [one.e2e_ms for one in done] == [1000, 2000]


def test_in_an_open_loop_waiting_in_the_queue_is_part_of_the_time_to_first_token() -> None:
    """One request per second on a model that needs three: each waits two seconds more."""
    load = Load(rate=1, arrivals="constant")
    _, done = drive(FakeModel(3), load, StopRule(repeats=3), output=3)
    assert [one.start_s for one in done] == [0, 1, 2]
    assert [one.ttft_ms for one in done] == [1000, 3000, 5000]


def test_an_open_loop_idles_until_a_request_is_due() -> None:
    """One request per ten seconds on a model that needs one."""
    load = Load(rate=0.1, arrivals="constant")
    wall_s, done = drive(FakeModel(1), load, StopRule(repeats=3))
    assert wall_s == 21
    assert [one.e2e_ms for one in done] == [1000] * 3


def test_a_failure_is_counted_and_the_run_goes_on() -> None:
    """The second of four fails, after its second."""
    _, done = drive(FakeModel(1, failing=[2]), Load(), StopRule(repeats=4))
    assert [isinstance(one, Failure) for one in done] == [False, True, False, False]
    assert done[1] == Failure(1, 1000, "no answer")


def test_a_run_whose_requests_only_fail_ends() -> None:
    """However many were asked for."""
    _, done = drive(FakeModel(1, failing=range(3, 1000)), Load(), StopRule(repeats=500))
    assert len(done) < 20
