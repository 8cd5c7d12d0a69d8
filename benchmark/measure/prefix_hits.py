"""How much of the prompts a server had in its cache, and whether that was asked for.

A prompt that is in a prefix cache is not computed again: its time to the first token, and with it
throughput, are those of another workload. What all prompts share anyway is no such hit: the chat
template's tokens, and what may follow them by chance, less than a block of the cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import caveat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.job import Measurement

KIND = "prefix-cache-hit"
MOST_UNASKED = 0.01
"""Share of the prompts' tokens: less changes no figure by more than noise does."""

_BLOCK = 16
"""Tokens; the smallest block that vLLM's cache has by default."""


def hit_rate(measurement: Measurement) -> float | None:
    """Share of the prompts' tokens that came from the cache; None if the server tells nowhere.

    What it says with each answer (`usage.prompt_tokens_details.cached_tokens`) counts more than
    its metrics, which are of everybody who asks it.
    """
    told = _told(measurement)
    if told:
        prompts = sum(tokens for _, tokens in told)
        return min(1.0, sum(cached for cached, _ in told) / prompts) if prompts else None
    observed = measurement.observed
    return None if observed is None else observed.share("prefix_hits", "prefix_queries")


def prefix_caveats(measurement: Measurement) -> Iterator[Caveat]:
    """Says so if prompts were in the cache though the workload shares nothing."""
    share = _unasked(measurement)
    if share is None or share <= MOST_UNASKED or measurement.cell.workload.shares:
        return
    yield caveat(KIND, rate=hit_rate(measurement) or 0.0)


def _unasked(measurement: Measurement) -> float | None:
    """The share of tokens from the cache that the template cannot explain."""
    shared = _shared_anyway(measurement)
    told = _told(measurement)
    if told:
        prompts = sum(tokens for _, tokens in told)
        return sum(max(0, cached - shared) for cached, _ in told) / prompts if prompts else None
    observed, series = measurement.observed, measurement.series
    if observed is None or not observed.counters.get("prefix_queries"):
        return None
    asked = len(series.samples) + len(series.failures)
    hits = observed.counters.get("prefix_hits", 0.0) - shared * asked
    return max(0.0, hits) / observed.counters["prefix_queries"]


def _told(measurement: Measurement) -> list[tuple[int, int]]:
    """Tokens from the cache and of the prompt, of every answer that tells."""
    samples = measurement.series.samples
    return [(s.cached_tokens, s.input_tokens) for s in samples if s.cached_tokens is not None]


def _shared_anyway(measurement: Measurement) -> int:
    """Tokens at the beginning of every prompt that are not the workload's."""
    template = measurement.facts.details.get("template_tokens")
    return (template if isinstance(template, int) else 0) + _BLOCK
