"""What became of a request: a sample, or a failure that says why."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from benchmark.measure.endpoint.tokens import count_output
from benchmark.measure.samples import NS_PER_MS, NS_PER_S, Failure, Sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.endpoint.tokens import Ledger
    from benchmark.measure.request import Request


class Judge:
    """Turns exchanges that are over into results.

    Times are those of content: TTFT ends with the first text, E2E with the last one (as MLPerf,
    vLLM and AIPerf have it); what a server sends afterwards, usage and `[DONE]`, is no token.

    Args:
        phase_ns: what `start_s` counts from.
        count: the tokenizer's count of a text.
        ledger: told who counted.
        clean: takes the API key out of what a server says.
    """

    def __init__(
        self,
        phase_ns: int,
        count: Callable[[str], int],
        ledger: Ledger,
        clean: Callable[[str], str],
    ) -> None:
        self._phase_ns = phase_ns
        self._count = count
        self._ledger = ledger
        self._clean = clean

    def decide(self, exchange: Exchange, request: Request) -> Sample | Failure:
        """The verdict on an exchange that has ended; concludes it."""
        exchange.conclude()
        answer = exchange.answer
        trouble = exchange.trouble() or _no_content(exchange)
        if trouble is not None:
            return self._failure(exchange, trouble)
        counted = count_output(answer, request.output_length, self._count)
        if counted.tokens != request.output_length:
            return self._failure(exchange, _wrong_length(exchange, request, counted.tokens))
        self._ledger.enter(request, answer, counted)
        stamps = _as_many(answer.content_ns, counted.tokens)
        told = answer.prompt_tokens
        return Sample(
            start_s=(exchange.start_ns - self._phase_ns) / NS_PER_S,
            input_tokens=request.input_tokens if told is None else told,
            output_tokens=counted.tokens,
            ttft_ms=(stamps[0] - exchange.start_ns) / NS_PER_MS,
            itl_ms=tuple((after - before) / NS_PER_MS for before, after in pairwise(stamps)),
            e2e_ms=(stamps[-1] - exchange.start_ns) / NS_PER_MS,
        )

    def _failure(self, exchange: Exchange, reason: str) -> Failure:
        return Failure(
            start_s=(exchange.start_ns - self._phase_ns) / NS_PER_S,
            e2e_ms=(exchange.last_ns - exchange.start_ns) / NS_PER_MS,
            error=self._clean(reason),
        )


def _no_content(exchange: Exchange) -> str | None:
    if not exchange.answer.content_ns:
        return "the answer holds no text"
    return None


def _wrong_length(exchange: Exchange, request: Request, tokens: int) -> str:
    """A server that stops at its own end of text did less work than was asked."""
    reason = exchange.answer.finish_reason or "none given"
    what = "stopped early" if tokens < request.output_length else "went on"
    return (
        f"the server {what}: {tokens} tokens, {request.output_length} were asked "
        f"(finish reason: {reason})"
    )


def _as_many(stamps: list[int], tokens: int) -> list[int]:
    """No more arrivals than tokens: of a surplus the last one stays, which ends the answer."""
    return stamps if len(stamps) <= tokens else [*stamps[: tokens - 1], stamps[-1]]
