"""A server that is not ready yet, and says so, is waited for."""

from __future__ import annotations

import itertools
from email.utils import formatdate
from time import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.endpoint.busy import Waiting, retry_after_s
from benchmark.measure.endpoint.engine import create
from benchmark.measure.endpoint.exchange import Exchange
from benchmark.measure.endpoint.patience import Patience
from benchmark.measure.engine import EngineFailedError, Waits
from benchmark.measure.engine_options import Endpoint, EngineOptions
from tests.measure.endpoint.wire import Asked, plain, serve, streamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOADING = '{"error": {"message": "Loading model", "code": 503}}'


def busy_at_first(times: int, answer: list[bytes]) -> Callable[[Asked], Iterator[bytes | float]]:
    """Refuses so many requests for an answer."""
    asked_so_far = itertools.count()

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.method == "POST" and next(asked_so_far) < times:
            yield from answer
        else:
            yield from streamed(asked)

    return play


def refusal(status: int, **fields: str) -> Exchange:
    """An answer that is none."""
    exchange = Exchange(None, b"", 0)
    exchange.status, exchange.fields = status, {"content-type": "application/json", **fields}
    exchange.pieces.append((1, LOADING.encode()))
    exchange.conclude()
    return exchange


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        (429, {"Retry-After": "0"}),
        (503, {"Retry-After": "0"}),
        (429, {"retry-after-ms": "10"}),
        (503, {"Retry-After": formatdate(0, usegmt=True)}),
    ],
)
def test_who_says_when_to_come_back_is_asked_again_and_measured(
    status: int, fields: dict[str, str], words: Path, drive: Callable[..., Any]
) -> None:
    """Three times, and each is told."""
    told: list[tuple[str, float]] = []
    with serve(busy_at_first(3, plain(status, LOADING, **fields))) as wire:
        url = f"http://{wire.host}/v1"
        engine = create(EngineOptions(str(words), "cpu", endpoint=Endpoint(url)))
        assert isinstance(engine, Waits)
        engine.tell_waits(lambda reason, seconds: told.append((reason, seconds)))
        target = engine.load()
        assert len(drive(target)) == 4
    assert [reason for reason, _ in told] == [f"HTTP {status}: Loading model"] * 3


@pytest.mark.parametrize(
    ("status", "fields", "most_s"),
    [
        (503, {}, 100),
        (503, {"retry-after": "7"}, 100),
        (429, {"retry-after": "7"}, 100),
        (429, {}, 20),
        (503, {"content-type": "text/html"}, 20),
    ],
)
def test_patience_has_an_end(status: int, fields: dict[str, str], most_s: float) -> None:
    """A model that loads is waited for longer than a server that only has no place."""
    now = [0.0]
    waiting = Waiting(
        Patience(first_s=100, busy_s=20),
        lambda _reason, _seconds: None,
        sleep=lambda seconds: now.append(now[-1] + seconds),
        clock=lambda: now[-1],
    )
    assert waiting.ask(lambda: refusal(status, **fields)).status == status
    assert most_s - 8 < now[-1] <= most_s


def test_who_wants_to_be_left_alone_for_long_is_refused_at_once(reach: Callable[..., Any]) -> None:
    """With what it said."""
    with (
        serve(lambda _: plain(429, '{"error": "no quota"}', Retry_After="3600")) as wire,
        pytest.raises(EngineFailedError, match="HTTP 429: no quota") as refused,
    ):
        reach(f"http://{wire.host}/v1")
    assert "try again later" in refused.value.hint


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("5", 5), (" 0.5 ", 0.5), ("soon", None), ("-1", None), ("nan", None), ("", None)],
)
def test_a_number_of_seconds_is_one(said: str, seconds: float | None) -> None:
    """And nothing else."""
    assert retry_after_s({"retry-after": said}) == seconds


def test_a_date_is_seconds_until_then() -> None:
    """As HTTP writes dates."""
    found = retry_after_s({"retry-after": formatdate(time() + 60, usegmt=True)})
    assert found == pytest.approx(60, abs=5)


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_server_writes_is_no_reason_to_fail(said: str, in_ms: str) -> None:
    """Law: seconds that can be waited, or nothing."""
    found = retry_after_s({"retry-after": said, "retry-after-ms": in_ms})
    assert found is None or found >= 0
