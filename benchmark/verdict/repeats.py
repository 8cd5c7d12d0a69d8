"""Whether figures that say in other words what others say agree with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.reason import FACTOR, IMPOSSIBLE, because, beyond, times
from benchmark.verdict.stated import figure, number, section, statistic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmark.canonical import Json
    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

_THROUGHPUT = ".metrics.throughput_tps"
_ITL = ".metrics.distributions.itl_ms"
ROUNDED = 0.01
"""Shares are rounded: of smaller ones no ratio is exact."""

_OF_NOTHING = float("inf")
"""How many times nothing something is."""

_COUNTERS = (("accepted_tokens", "draft_tokens"), ("prefix_hits", "prefix_queries"))


def repetitions(said: Stated) -> Iterator[Reason]:
    """Where a figure is not what it is in other words."""
    yield from _of_a_token(said)
    yield from _of_a_request(said)
    yield from _in_all(said)
    yield from _good(said)
    yield from _failures(said)
    yield from counters(section(said.metrics, "server"))


def _of_a_token(said: Stated) -> Iterator[Reason]:
    if not said.tpot:
        return
    if decode := figure(said.metrics, "decode_tps"):
        yield from differ(".metrics.decode_tps", decode, 1e3 / said.tpot, N_("1 / TPOT"))
    if said.varies:
        return
    tbt, itl = figure(said.metrics, "tbt_ms"), statistic(said, "itl_ms", "mean")
    yield from _longest_gap(said, said.tpot, ".metrics.tbt_ms", tbt)
    yield from _longest_gap(said, said.tpot, _ITL, itl)
    if itl:
        mean = statistic(said, "tpot_ms", "mean") or said.tpot / FACTOR
        yield from beyond(
            mean / itl,
            _ITL,
            N_("tokens are said to come every {tpot} ms, but arrivals every {gap} ms"),
            tpot=mean,
            gap=itl,
        )


def _longest_gap(said: Stated, tpot: float, path: str, gap: float | None) -> Iterator[Reason]:
    """No arrival has more tokens than an answer."""
    longest = said.output * tpot
    yield from beyond(
        times(gap or 0.0, longest),
        path,
        N_("arrivals are {gap} ms apart, but all {output} tokens take {longest} ms"),
        gap=gap,
        output=said.output,
        longest=longest,
    )


def _of_a_request(said: Stated) -> Iterator[Reason]:
    """Between those of the longest and the shortest: one median need not follow from the other."""
    speed = statistic(said, "request_tps", "median")
    shortest, longest = (statistic(said, "e2e_ms", which) for which in ("min", "max"))
    if speed and shortest and longest and not said.varies:
        slowest, fastest = (1e3 * said.output / each for each in (longest, shortest))
        nearest = min(max(speed, slowest), fastest)
        path = ".metrics.distributions.request_tps"
        yield from differ(path, speed, nearest, N_("output tokens / E2E"))


def _in_all(said: Stated) -> Iterator[Reason]:
    metrics = said.metrics
    rate = figure(metrics, "requests_per_s")
    if rate and not said.varies:
        made = rate * said.output
        yield from differ(_THROUGHPUT, said.throughput, made, N_("requests/s × output tokens"))
    if total := figure(metrics, "total_tps"):
        yield from beyond(
            said.throughput / total,
            _THROUGHPUT,
            N_("{throughput} tokens/s are more than the {total} that include the input's"),
            throughput=said.throughput,
            total=total,
        )
        if not said.varies:
            yield from _with_input(said, total)


def _with_input(said: Stated, total: float) -> Iterator[Reason]:
    """A server may count more for a prompt than is stated: its template, its tools."""
    given = figure(said.workload, "input_length") or 0.0
    made = said.throughput * (given + said.output) / said.output
    if total > FACTOR * made:
        path, what = ".metrics.total_tps", N_("throughput × all tokens / output tokens")
        yield from differ(path, total, made, what)


def _good(said: Stated) -> Iterator[Reason]:
    """Of all requests some succeeded, and of those some were good."""
    good = figure(said.metrics, "goodput_rps")
    rate = figure(said.metrics, "requests_per_s")
    if not (good and rate):
        return
    share, failed = (figure(said.metrics, name) for name in ("slo_attainment", "error_rate"))
    succeeded = 1.0 - min(failed or 0.0, 1.0 - ROUNDED)
    most = 1.0 if share is None else min(1.0, max(share, ROUNDED) / succeeded)
    yield from beyond(
        times(good, rate * most),
        ".metrics.goodput_rps",
        N_("{good} good requests/s are stated, but {most} at most follow from {rate} in all"),
        good=good,
        most=rate * most,
        rate=rate,
    )


def _failures(said: Stated) -> Iterator[Reason]:
    samples = section(said.metrics, "samples")
    failed, good = figure(samples, "failed"), figure(samples, "requests")
    if good == 0:
        path = ".metrics.samples.requests"
        yield because(IMPOSSIBLE, path, N_("a throughput is stated, but no request"))
    if not failed or good is None:
        return
    rate, counted = figure(said.metrics, "error_rate") or 0.0, failed / (failed + good)
    if counted > rate + ROUNDED:
        yield from beyond(
            counted / rate if rate else _OF_NOTHING,
            ".metrics.error_rate",
            N_("an error rate of {rate} is stated, but {failed} failed and {good} did not"),
            rate=rate,
            failed=failed,
            good=good,
        )


def counters(server: Mapping[str, Json]) -> Iterator[Reason]:
    """Of what a server counted, some are part of others."""
    for part, whole in _COUNTERS:
        some, of = number(server.get(part)), number(server.get(whole))
        if some and of is not None:
            yield from beyond(
                some / of if of else _OF_NOTHING,
                ".metrics.server",
                N_("{part} is {some}, but {whole} is {of}"),
                part=part,
                some=some,
                whole=whole,
                of=of,
            )


def differ(path: str, value: float, other: float, what: str) -> Iterator[Reason]:
    """A reason if a figure is not what it should be by others.

    Args:
        path: as in `Reason`.
        value: the figure.
        other: what it should be.
        what: how `other` was found, marked with `N_`.
    """
    yield from beyond(
        max(times(value, other), times(other, value)),
        path,
        N_("{value} is stated, but {what} is {other}"),
        value=value,
        what=what,
        other=other,
    )
