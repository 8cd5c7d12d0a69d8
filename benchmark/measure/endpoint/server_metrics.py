"""A server's own metrics in Prometheus' text format, whatever the server calls them.

Names of vLLM (https://docs.vllm.ai/en/stable/usage/metrics/, before 0.10 with `gpu_`), SGLang
(https://docs.sglang.io/docs/references/production_metrics), llama.cpp's server and TGI
(https://huggingface.co/docs/text-generation-inference/reference/metrics), without `_total`, which
clients of Prometheus add to counters. Format:
https://prometheus.io/docs/instrumenting/exposition_formats/.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.observed import Observed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_GAUGES = {
    "running": (
        "vllm:num_requests_running",
        "sglang:num_running_reqs",
        "llamacpp:requests_processing",
        "tgi_batch_current_size",
    ),
    "waiting": (
        "vllm:num_requests_waiting",
        "sglang:num_queue_reqs",
        "llamacpp:requests_deferred",
        "tgi_queue_size",
    ),
    "kv_usage": (
        "vllm:kv_cache_usage_perc",
        "vllm:gpu_cache_usage_perc",
        "sglang:token_usage",
        "llamacpp:kv_cache_usage_ratio",
    ),
    "kv_tokens": ("sglang:kv_used_tokens", "sglang:num_used_tokens", "llamacpp:kv_cache_tokens"),
    "spec_accept_rate": ("sglang:spec_accept_rate",),
}
_COUNTERS = {
    "preemptions": ("vllm:num_preemptions", "sglang:num_retracted_requests"),
    "prefix_queries": (
        "vllm:prefix_cache_queries",
        "vllm:gpu_prefix_cache_queries",
        "sglang:prompt_tokens",
    ),
    "prefix_hits": (
        "vllm:prefix_cache_hits",
        "vllm:gpu_prefix_cache_hits",
        "sglang:cached_tokens",
    ),
    "draft_tokens": ("vllm:spec_decode_num_draft_tokens",),
    "accepted_tokens": ("vllm:spec_decode_num_accepted_tokens",),
}
_MEANS = {"kv_usage", "spec_accept_rate"}
"""Shares: of several engines behind one address the mean counts, of everything else the sum."""

_ALL = {**_GAUGES, **_COUNTERS}
_BEGINNINGS = tuple(name.encode() for names in _ALL.values() for name in names)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_RANKS = frozenset({"tp_rank", "pp_rank", "moe_ep_rank", "pid"})
"""Labels of processes that compute one model together, each of which tells the same."""


class Reading(NamedTuple):
    """A server's metrics at one moment.

    Attributes:
        at_s: since the phase began.
        lines: those of its metrics that are looked at.
    """

    at_s: float
    lines: tuple[bytes, ...]


def wanted(text: bytes) -> tuple[bytes, ...]:
    """The lines of a page of metrics that are looked at; cheap, for it is done while measuring."""
    return tuple(line for line in text.splitlines() if line.startswith(_BEGINNINGS))


def observed(readings: Sequence[Reading]) -> Observed | None:
    """What readings say; the first and the last were taken with nothing in flight.

    Gauges are those in between; counters grow from the first to the last. One that was not there
    before it first counted began at 0, one that fell was started again and says nothing.

    Returns:
        None if the server told nothing that is known here.
    """
    parsed = [(one.at_s, parse(one.lines)) for one in readings if one.lines]
    if not parsed:
        return None
    between = parsed[1:-1]
    gauges = {name: tuple(values.get(name) for _, values in between) for name in _GAUGES}
    known = {name: row for name, row in gauges.items() if any(one is not None for one in row)}
    counters = _growth(parsed[0][1], parsed[-1][1]) if len(parsed) > 1 else {}
    return Observed(tuple(at_s for at_s, _ in between), known, counters)


def parse(lines: Iterable[bytes]) -> dict[str, float]:
    """The values by our names; of a server's several names for one thing the first counts."""
    found: dict[str, dict[frozenset[tuple[str, str]], float]] = {}
    for line in lines:
        with suppress(ValueError):
            name, labels, value = _sample(line.decode(errors="replace"))
            rows = found.setdefault(name, {})
            rows[labels] = max(value, rows.get(labels, -math.inf))
    return {
        ours: _combine(ours)(found[theirs[0]].values())
        for ours, names in _ALL.items()
        if (theirs := [name for name in names if name in found])
    }


def purposes(lines: Iterable[bytes]) -> dict[str, str]:
    """The server's names of the metrics in these lines, and ours for what they are read for."""
    names = {line.decode(errors="replace").partition("{")[0].partition(" ")[0] for line in lines}
    told = {name.strip().removesuffix("_total") for name in names}
    return {name: ours for ours, theirs in _ALL.items() for name in theirs if name in told}


def _combine(ours: str) -> Callable[[Iterable[float]], float]:
    return fmean if ours in _MEANS else math.fsum


def _growth(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    grown = {name: after[name] - before.get(name, 0.0) for name in _COUNTERS if name in after}
    return {name: value for name, value in grown.items() if value >= 0}


def _sample(line: str) -> tuple[str, frozenset[tuple[str, str]], float]:
    """Name, labels and value of a line.

    Raises:
        ValueError: if it has no finite number.
    """
    name, opened, rest = line.partition("{")
    if opened:
        inside, _, values = rest.rpartition("}")
    else:
        name, _, values = line.partition(" ")
        inside = ""
    number = float(next(iter(values.split()), ""))
    if not math.isfinite(number):
        raise ValueError(line)
    pairs = frozenset(pair for pair in _LABEL.findall(inside) if pair[0] not in _RANKS)
    return name.strip().removesuffix("_total"), pairs, number
