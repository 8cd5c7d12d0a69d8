"""What became of a request: a sample, or a failure that says why."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.placement import place
from benchmark.measure.endpoint.tokens import count_output
from benchmark.measure.samples import NS_PER_MS, NS_PER_S, Failure, Sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.endpoint.ledger import Ledger
    from benchmark.measure.endpoint.placement import Placed
    from benchmark.measure.request import Request

_OWN_END = "stop"
"""The finish reason of an answer that the model ended."""


class Judge:
    """Turns exchanges that are over into results.

    Times are those of content: TTFT ends with the first of it, E2E with the last generated thing of
    any kind (as MLPerf, vLLM and AIPerf have it); what a server sends afterwards, usage and
    `[DONE]`, is no token.

    Args:
        phase_ns: what `start_s` counts from.
        count: the tokenizer's count of a text.
        ledger: told who counted.
        clean: takes the API key out of what a server says.
        ends_early: whether the model's own end, which the server tells, ends any answer.
    """

    def __init__(
        self,
        phase_ns: int,
        count: Callable[[str], int],
        ledger: Ledger,
        clean: Callable[[str], str],
        *,
        ends_early: bool = False,
    ) -> None:
        self._ends_early = ends_early
        self._phase_ns = phase_ns
        self._count = count
        self._ledger = ledger
        self._clean = clean

    def begin(self, phase_ns: int) -> None:
        """From here on `start_s` counts from then: connections had to be opened before."""
        self._phase_ns = phase_ns

    def decide(self, exchange: Exchange, request: Request) -> Sample | Failure:
        """The verdict on an exchange that has ended; concludes it."""
        exchange.conclude()
        answer = exchange.answer
        trouble = exchange.trouble() or _no_content(exchange)
        if trouble is not None:
            return self._failure(exchange, trouble)
        counted = count_output(answer, request.output_length, self._count, exact=request.exact)
        exact = request.exact and not (self._ends_early and answer.finish_reason == _OWN_END)
        trouble = _wrong_length(exchange, counted.tokens, request.output_length, exact=exact)
        if trouble is not None:
            return self._failure(exchange, trouble)
        placed = place(answer, counted, exchange.start_ns, self._count)
        self._ledger.enter(request, answer, counted, placed)
        return self._sample(exchange, request, placed, counted.tokens)

    def _sample(self, exchange: Exchange, request: Request, placed: Placed, tokens: int) -> Sample:
        answer, stamps, start_ns = exchange.answer, placed.arrival_ns, exchange.start_ns
        told, content_ns = answer.prompt_tokens, answer.content_ns[0]
        known = placed.unplaced is None
        is_content = stamps[0] == content_ns or not known
        gaps = tuple((after - before) / NS_PER_MS for before, after in pairwise(stamps))
        return Sample(
            start_s=(start_ns - self._phase_ns) / NS_PER_S,
            input_tokens=request.input_tokens if told is None else told,
            output_tokens=tokens,
            ttft_ms=(content_ns - start_ns) / NS_PER_MS,
            itl_ms=gaps if known else (),
            e2e_ms=(max(stamps[-1], answer.content_ns[-1]) - start_ns) / NS_PER_MS,
            cached_tokens=answer.cached_tokens,
            first_tokens=placed.first_tokens,
            first_ms=None if is_content else (stamps[0] - start_ns) / NS_PER_MS,
            unplaced=placed.unplaced,
        )

    def _failure(self, exchange: Exchange, reason: str) -> Failure:
        return Failure(
            start_s=(exchange.start_ns - self._phase_ns) / NS_PER_S,
            e2e_ms=(exchange.last_ns - exchange.start_ns) / NS_PER_MS,
            error=self._clean(reason),
        )


def _no_content(exchange: Exchange) -> str | None:
    answer = exchange.answer
    if answer.content_ns:
        return None
    told = f", though the server counts {answer.completion_tokens} tokens"
    return f"the answer holds no text{told if answer.completion_tokens else ''}"


def _wrong_length(exchange: Exchange, tokens: int, asked: int, *, exact: bool) -> str | None:
    """Why so many tokens are not what was asked: less is other work, unless the model may end."""
    if tokens == asked or (not exact and 0 < tokens < asked):
        return None
    reason = exchange.answer.finish_reason or "none given"
    what = "stopped early" if tokens < asked else "went on"
    return f"the server {what}: {tokens} tokens, {asked} were asked (finish reason: {reason})"
