"""What `run --json` prints: one object of `schemas/run_report_v1.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.canonical import Json
    from benchmark.measure.kept import Kept
    from benchmark.measure.samples import Series

_FACTS = ("entry_id", "engine", "engine_version", "hardware", "model", "workload")


def to_json(kept: Sequence[Kept]) -> dict[str, Json]:
    """The result itself if there is one, else all of them under `results`."""
    if len(kept) == 1:
        return _result(kept[0])
    return {"results": [_result(one) for one in kept]}


def _result(kept: Kept) -> dict[str, Json]:
    return {
        "path": kept.files.entry.as_posix(),
        "samples_path": kept.files.samples.as_posix(),
        "plot_path": kept.files.plot.as_posix(),
        "run": {"backend": kept.backend, **{name: kept.entry[name] for name in _FACTS}},
        "summary": kept.entry["metrics"],
        **_samples(kept.series),
    }


def _samples(series: Series) -> dict[str, Json]:
    return {
        "samples": [
            {
                "start_s": one.start_s,
                "input_tokens": one.input_tokens,
                "output_tokens": one.output_tokens,
                "ttft_ms": one.ttft_ms,
                "itl_ms": list(one.itl_ms),
                "e2e_ms": one.e2e_ms,
                "cached_tokens": one.cached_tokens,
                "first_tokens": one.first_tokens,
                "first_ms": one.first_ms,
                "unplaced": one.unplaced,
            }
            for one in series.samples
        ],
        "errors": [one.error for one in series.failures],
        "wall_s": series.wall_s,
    }
