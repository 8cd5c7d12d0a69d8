"""One request to a server that has been reached, and what there is to see of its answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.ask import One
from benchmark.measure.endpoint.event_loop import run
from benchmark.measure.endpoint.exchange import Exchange
from benchmark.measure.endpoint.models import list_models
from benchmark.measure.endpoint.pool import Pool
from benchmark.measure.endpoint.server_metrics import purposes, wanted
from benchmark.measure.endpoint.shapes import ShapedAnswer
from benchmark.measure.looked import (
    BLANK_USAGE,
    FINAL_USAGE,
    NO_USAGE,
    RUNNING_USAGE,
    Asked,
    Looked,
    Stream,
)
from benchmark.measure.samples import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.endpoint.answer import Answer
    from benchmark.measure.endpoint.drive import Driving
    from benchmark.measure.request import Request

_MOST_MODELS = 20


def exchange(driving: Driving, request: Request) -> Exchange:
    """Send one request over a connection that is open, as a run does; the answer has ended."""
    return run(_exchange(driving, request))


def described(
    driving: Driving,
    over: Exchange,
    count: Callable[[str], int],
    metrics: Callable[[], bytes] | None,
) -> Looked:
    """What there is to see of it.

    Args:
        driving: where it was sent.
        over: an exchange of `exchange` that has been judged.
        count: the tokenizer's count of a text.
        metrics: the server's page of metrics as it is now, None if it has none.
    """
    return Looked(
        asked=_asked(driving, over.request),
        stream=_stream(over, count),
        metrics=None if metrics is None else purposes(wanted(metrics())),
    )


async def _exchange(driving: Driving, request: Request) -> Exchange:
    pool, one = Pool(driving.address, driving.clock, driving.silence_s), One()
    pool.serve(one)
    data = driving.writer.generation(request, "probe")
    try:
        await pool.open(1)
        sent = Exchange(request, data, time.perf_counter_ns())
        sent.answer = ShapedAnswer()
        pool.send(sent)
        await one.wait()
    finally:
        await pool.close()
    return sent


def _asked(driving: Driving, request: Request | None) -> Asked:
    address, writer = driving.address, driving.writer
    assert request is not None  # noqa: S101 - of `exchange`
    models = tuple(one.name for one in list_models(address, writer)[:_MOST_MODELS])
    url = address.shown(writer.api)
    return Asked(url, models, request.input_tokens, request.output_length, request.exact)


def _stream(over: Exchange, count: Callable[[str], int]) -> Stream:
    answer = over.answer
    first_ns = answer.content_ns[0] if answer.content_ns else None
    return Stream(
        status=over.status,
        content_type=over.content_type,
        form=over.form,
        shapes=answer.shapes if isinstance(answer, ShapedAnswer) else (),
        contents=len(answer.content_ns),
        finish_reason=answer.finish_reason,
        done=answer.done,
        usage=_usage(answer),
        completion_tokens=answer.completion_tokens,
        text_tokens=count(answer.text),
        prompt_tokens=answer.prompt_tokens,
        cached_tokens=answer.cached_tokens,
        first_ms=None if first_ns is None else (first_ns - over.start_ns) / NS_PER_MS,
        end_ms=(over.last_ns - over.start_ns) / NS_PER_MS,
    )


def _usage(answer: Answer) -> str:
    if not answer.marks:
        return BLANK_USAGE if answer.usage_is_blank else NO_USAGE
    return RUNNING_USAGE if len(answer.marks) > 1 else FINAL_USAGE
