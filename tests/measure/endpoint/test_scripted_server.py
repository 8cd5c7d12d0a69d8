"""The laws of `test_truth_laws.py` over real connections, for the kinds that people reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmark.measure.load import Load
from benchmark.measure.samples import AT_ONCE, Failure, Sample
from benchmark.measure.stats import median, pace_is_known
from tests.support import scripts
from tests.support.scripted_server import serving

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = {
    "held back by a parser": scripts.held_back,
    "held back, counted before it is shown": scripts.counted_before_it_is_shown,
    "text, then tool calls": scripts.then_tool_calls,
    "a long prompt": lambda tokens: scripts.after_a_long_wait(tokens, 300),
}


@pytest.mark.parametrize("kind", KINDS)
def test_over_a_connection_the_decode_speed_is_that_of_the_server_too(
    kind: str, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Half of the requests within a tenth, on any machine."""
    with serving(KINDS[kind]) as server:
        samples = drive(reach(server.url), 5, 64)
    assert [type(one) for one in samples] == [Sample] * 5
    ratios = [
        1000 / one.tpot_ms / truth.decode_tps
        for one, truth in zip(samples, server.truths, strict=True)
    ]
    assert median(ratios) == pytest.approx(1, rel=0.1)


def test_a_queue_at_the_server_is_no_burst(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """One slot, eight in flight: most of the time is waiting, and tokens still come one by one."""
    with serving(scripts.one_by_one, slots=1) as server:
        samples = drive(reach(server.url), 16, 32, load=Load(concurrency=8))
    assert pace_is_known(samples)
    assert max(one.ttft_ms / one.e2e_ms for one in samples) > 0.8
    truth = median([1000 / one.decode_tps for one in server.truths])
    tpot = median([one.tpot_ms for one in samples if one.tpot_ms is not None])
    assert tpot == pytest.approx(truth, rel=0.1)


def test_a_buffering_proxy_is_seen_and_the_whole_time_kept(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """All pieces within a moment at the end."""
    with serving(lambda tokens: scripts.buffered(tokens, 3)) as server:
        target = reach(server.url)
        samples = drive(target, 3, 64)
    assert [one.unplaced for one in samples] == [AT_ONCE] * 3
    for one, truth in zip(samples, server.truths, strict=True):
        assert one.e2e_ms >= (truth.token_ns[-1] - truth.received_ns) / 1e6
    assert target.facts().details["token_count_source"] == "usage"


def test_a_body_that_ends_cleanly_and_early_is_a_failure(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """61 of 64 tokens, and a well-formed end of the body."""
    with serving(lambda tokens: scripts.one_by_one(tokens)[: 2 * (tokens - 3)]) as server:
        (failure,) = drive(reach(server.url), 1, 64)
    assert isinstance(failure, Failure)
    assert "before the server said that it was whole" in failure.error


def test_an_answer_without_an_end_is_given_up(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """The run would never end, for it waits for what is in flight."""
    with serving(lambda _: scripts.endless()) as server:
        (failure,) = drive(reach(server.url), 1, 16)
    assert isinstance(failure, Failure)
    assert failure.error == "the server went on without an end, 16 tokens were asked"


def test_without_a_key_no_authorization_is_sent(
    reach: Callable[..., Any], drive: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some gateways refuse an empty one."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with serving(scripts.one_by_one) as server:
        drive(reach(server.url), 1, 4)
    assert [one for one in server.headers if "authorization" in one] == []
    assert len(server.headers) == 2
