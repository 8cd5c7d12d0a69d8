"""The raw samples as they are kept beside an entry, so that anyone can recompute its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict, cast

from benchmark.measure.stats import Sample, Summary, sample, summarize

if TYPE_CHECKING:
    from benchmark.canonical import Json
    from benchmark.measure.closed_loop import Series


class Samples(NamedTuple):
    """Every request of a run: what was measured, or why it failed."""

    done: tuple[Sample, ...]
    errors: tuple[str, ...]
    wall_s: float

    @property
    def summary(self) -> Summary:
        """The figures that follow from these samples."""
        return summarize(self.done, failed=len(self.errors), wall_s=self.wall_s)


class _Row(TypedDict):
    ttft_ms: float
    itl_ms: list[float]
    e2e_ms: float


class _Record(TypedDict):
    samples: list[_Row]
    errors: list[str]
    wall_s: float


def from_series(series: Series) -> Samples:
    """What the stamps say, request by request."""
    return Samples(tuple(map(sample, series.timings)), series.errors, series.wall_s)


def to_json(samples: Samples) -> dict[str, Json]:
    """The form that is written; times in milliseconds, wall time in seconds."""
    return {
        "samples": [
            {"ttft_ms": one.ttft_ms, "itl_ms": list(one.itl_ms), "e2e_ms": one.e2e_ms}
            for one in samples.done
        ],
        "errors": list(samples.errors),
        "wall_s": samples.wall_s,
    }


def from_json(value: dict[str, Json]) -> Samples:
    """The inverse of `to_json`."""
    record = cast("_Record", value)
    done = (
        Sample(row["ttft_ms"], tuple(row["itl_ms"]), row["e2e_ms"]) for row in record["samples"]
    )
    return Samples(tuple(done), tuple(record["errors"]), record["wall_s"])
