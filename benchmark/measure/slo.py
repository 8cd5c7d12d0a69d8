"""What a good request is, and how many of them a system answers per second.

Goodput is the rate of requests that meet every limit of a service level objective (Y. Zhong et al.,
DistServe, OSDI 2024; vLLM's `--goodput`). A failed request meets none. Times are milliseconds.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.stats import pace_is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.samples import Sample, Series

_NAMES = ("ttft", "tpot", "e2e")
_UNITS = {"": 1.0, "ms": 1.0, "s": 1000.0}
_VALUE = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>[a-zA-Zµ]*)", re.ASCII)


class Slo(NamedTuple):
    """The longest that each part of a request may take; None is no limit.

    Attributes:
        ttft: to the first token.
        tpot: per output token after the first, on average over the request.
        e2e: from start to end.
    """

    ttft: float | None = None
    tpot: float | None = None
    e2e: float | None = None

    def __str__(self) -> str:
        limits = self._asdict().items()
        return ",".join(f"{name}={_plain(limit)}ms" for name, limit in limits if limit is not None)

    def met_by(self, one: Sample) -> bool:
        """Whether a request stayed within every limit; an answer of one token has no TPOT.

        One that does not tell when its tokens came has one, but nobody knows it: it is not good.
        """
        if self.tpot is not None and one.unplaced is not None:
            return False
        pairs = ((one.ttft_ms, self.ttft), (one.tpot_ms, self.tpot), (one.e2e_ms, self.e2e))
        return all(
            value <= limit for value, limit in pairs if limit is not None and value is not None
        )


class Goodput(NamedTuple):
    """How many good requests there were.

    Attributes:
        requests_per_s: good requests per second of wall time.
        attainment: good requests as a share of all, failed ones included.
    """

    requests_per_s: float
    attainment: float


def goodput(series: Series, slo: Slo) -> Goodput | None:
    """The goodput of a phase with at least one request.

    None where TPOT has a limit and it is not known when tokens came.
    """
    if slo.tpot is not None and not pace_is_known(series.samples):
        return None
    good = sum(slo.met_by(one) for one in series.samples)
    every = len(series.samples) + len(series.failures)
    return Goodput(good / series.wall_s, good / every)


def parse_slo(text: str) -> Slo:
    """Read `ttft=500ms,tpot=50ms,e2e=2s`; a number without unit is milliseconds.

    Raises:
        UsageError: with everything that is wrong.
    """
    limits: dict[str, float] = {}
    problems = [problem for part in text.split(",") for problem in _take(part.strip(), limits)]
    if problems:
        raise UsageError(
            f"{text!r} is no service level objective: {'; '.join(problems)}.",
            hint=N_("Write limits like ttft=500ms,tpot=50ms,e2e=2s; at least one of them."),
        )
    return Slo(**limits)


def _take(part: str, limits: dict[str, float]) -> Iterator[str]:
    """Add one limit, or say what is wrong with it."""
    name, equals, value = (piece.strip() for piece in part.partition("="))
    if not equals:
        yield f"{part!r} is not NAME=TIME"
    elif name not in _NAMES:
        yield f"{name!r} is none of {', '.join(_NAMES)}"
    elif name in limits:
        yield f"{name} is limited twice"
    elif (limit := _milliseconds(value)) is None:
        yield f"{value!r} is no time in ms or s above 0"
    else:
        limits[name] = limit


def _milliseconds(text: str) -> float | None:
    match = _VALUE.fullmatch(text)
    if match is None or match["unit"] not in _UNITS:
        return None
    limit = float(match["number"]) * _UNITS[match["unit"]]
    return limit if 0 < limit < math.inf else None


def _plain(value: float) -> str:
    """A number as short as possible, never with an exponent."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
