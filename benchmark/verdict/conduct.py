"""What an entry says of how it was measured that is typical of a measuring fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.reason import DOUBTFUL, IMPOSSIBLE, because
from benchmark.verdict.stated import figure, section, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

TELLING = {
    "at-once": N_("answers came at once, as if something had kept their tokens back"),
    "content-held-back": N_("the server counted tokens well before it sent any"),
    "prefix-cache-hit": N_("prompts came from a warm cache, though the workload shares none"),
    "precision-not-executed": N_("the stated precision was not executed"),
}
TWICE = 2.0
_OF_ANY_CACHE = 100.0
"""No cache is so many times as fast as the memory behind it."""

_SAME = {"half": "fp16", "float": "fp32", "full": "fp32", "single": "fp32"}
EXECUTED = ("executed_precision", "precision_executed")


def faults(said: Stated) -> Iterator[Reason]:
    """No warm-up, a single request, tokens kept back, another precision than the stated one."""
    samples = section(said.metrics, "samples")
    if figure(samples, "warmup") == 0:
        yield because(DOUBTFUL, ".metrics.samples.warmup", N_("there was no warm-up"))
    if figure(samples, "requests") == 1:
        yield because(DOUBTFUL, ".metrics.samples.requests", N_("it is a single request"))
    yield from _few_requests(said)
    for kind in sorted(said.caveats & TELLING.keys()):
        yield because(DOUBTFUL, ".provenance.caveats", TELLING[kind])
    share = figure(said.metrics, "bandwidth_share")
    if share is not None and share > TWICE:
        yield because(
            DOUBTFUL if share <= _OF_ANY_CACHE else IMPOSSIBLE,
            ".metrics.bandwidth_share",
            N_("weights are read at {share} times the memory bandwidth found on the spot"),
            share=share,
        )
    yield from _precision(said)


def _few_requests(said: Stated) -> Iterator[Reason]:
    """With fewer requests than places the load that is stated was never there."""
    places = figure(said.workload, "concurrent_requests")
    if said.is_closed and said.asked and places and said.asked < places:
        yield because(
            DOUBTFUL,
            ".workload.concurrent_requests",
            N_("{places} requests in flight are stated, but there were {asked} in all"),
            places=places,
            asked=said.asked,
        )


def _one_word(precision: str) -> str:
    """FP16 for float16 and torch.half, and the like."""
    word = precision.casefold().strip().removeprefix("torch.").replace("bfloat", "bf")
    return _SAME.get(word, word.replace("float", "fp"))


def _precision(said: Stated) -> Iterator[Reason]:
    precision = text(said.model, "precision")
    for name in EXECUTED:
        executed = text(said.provenance, name) or text(section(said.provenance, "engine"), name)
        if executed and _one_word(executed) != _one_word(precision):
            yield because(
                DOUBTFUL,
                ".model.precision",
                N_("{precision} is stated, but {executed} was executed"),
                precision=precision,
                executed=executed,
            )
            return
