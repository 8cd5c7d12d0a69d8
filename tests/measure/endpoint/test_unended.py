"""Answers that are whole while their bodies go on: they are over, and the next request is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmark.measure.endpoint import pool
from benchmark.measure.samples import Failure, Sample
from tests.measure.endpoint.wire import Asked, chunk, events, head, plain, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKENS = 10
PING = chunk(b": ping\n\n")


def going_on(
    after: int, pings: int, *, content: bool = True
) -> Callable[[Asked], Iterator[bytes | float]]:
    """All events but so many at the end, then signs of life, and no end of the body."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.method != "POST":
            yield from plain(404)
            return
        yield head()
        said = events(asked.body["max_tokens"])
        is_trial = asked.fields["x-request-id"] == "preflight"
        for one in said[: len(said) - after] if content or is_trial else []:
            yield 0.001
            yield chunk(one)
        for _ in range(pings):
            yield 0.02
            yield PING
        if is_trial:
            yield chunk(b"")

    return play


@pytest.mark.parametrize(("after", "pings"), [(0, 5000), (1, 0), (1, 5000)])
def test_an_answer_is_over_when_the_server_has_said_so(
    after: int,
    pings: int,
    reach: Callable[..., Any],
    drive: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By its end marker, or by usage alone; whatever the server sends then, or does not."""
    monkeypatch.setattr(pool, "_AFTER_LAST_NS", 1e8)
    with serve(going_on(after, pings)) as server:
        target = reach(f"http://{server.host}/v1")
        samples = drive(target, 2, TOKENS)
    assert [type(one) for one in samples] == [Sample] * 2
    (caveat,) = target.facts().caveats
    assert caveat.kind == "body-not-ended"
    assert "left 2 answers open" in caveat.text


def test_a_server_that_only_shows_signs_of_life_is_given_up(
    reach: Callable[..., Any], drive: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run would never end, for it waits for what is in flight."""
    monkeypatch.setattr(pool, "_WORDLESS_NS", 1.5e9)
    with serve(going_on(0, 5000, content=False)) as server:
        (failure,) = drive(reach(f"http://{server.host}/v1"), 1, TOKENS)
    assert isinstance(failure, Failure)
    assert failure.error.startswith("signs of life, but no text for")
