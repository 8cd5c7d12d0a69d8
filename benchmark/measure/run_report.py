"""What a run tells: lines while it goes on, a table at the end, one JSON object for programs.

`_` is the translator of benchmark.i18n; text from outside passes through benchmark.text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.table import Table

from benchmark.entry import Entry
from benchmark.measure.closed_loop import Warmed
from benchmark.measure.entry_builder import human
from benchmark.measure.worker import Loaded
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmark.canonical import Json
    from benchmark.measure.results import Written
    from benchmark.measure.samples import Samples
    from benchmark.measure.worker import Event, Job

    Translator = Callable[[str], str]

_NOT_QUIET = 1.25
"""Slowest request over fastest: beyond it something else was using the machine."""


def starting(_: Translator, job: Job) -> str:
    """The first line."""
    workload = job.workload
    weights = _("random weights") if job.options.random_weights else _("pretrained weights")
    return _(
        "Loading {model} ({weights}) on {backend} for {workload}: {input} tokens in, {output} out…"
    ).format(
        model=one_line(job.options.model),
        weights=weights,
        backend=job.options.backend,
        workload=workload.name,
        input=workload.input_length,
        output=workload.output_length,
    )


def line(_: Translator, event: Event) -> str:
    """One line for one event."""
    if isinstance(event, Loaded):
        return _(
            "Loaded in {seconds:.1f} s: {parameters} parameters, {precision}, {threads} threads, "
            "{chip}. Warming up…"
        ).format(
            seconds=event.seconds,
            parameters=human(event.facts.parameters),
            precision=event.facts.precision,
            threads=event.facts.threads,
            chip=one_line(event.facts.hardware.chip_model),
        )
    if isinstance(event, Warmed):
        return _("Warmed up in {seconds:.1f} s. Measuring…").format(seconds=event.seconds)
    if event.error is not None:
        text = _("  request {number} failed: {error}")
        return text.format(number=event.number, error=one_line(event.error))
    text = _("  request {number}: {speed:.1f} tokens/s")
    return text.format(number=event.number, speed=event.tokens_per_s)


def interrupted(_: Translator) -> str:
    """What an interrupt left."""
    return _("Interrupted: the engine is stopped and nothing was written.")


def headline(_: Translator, entry: dict[str, Json], samples: Samples) -> Iterator[str]:
    """What was measured and how often, and whether the machine was quiet."""
    count, failed = len(samples.done) + len(samples.errors), len(samples.errors)
    text = _("{label}: {count} requests, {failed} failed")
    yield text.format(label=Entry(entry).label, count=count, failed=failed)
    times = [one.e2e_ms for one in samples.done]
    ratio = max(times) / min(times)
    if ratio > _NOT_QUIET:
        yield _(
            "⚠ The slowest request took {ratio:.1f} times as long as the fastest: the machine was "
            "not quiet. Consider to run it again."
        ).format(ratio=ratio)


def table(_: Translator, entry: dict[str, Json]) -> Table:
    """The figures of an entry: medians, and 99th percentiles where there are any."""
    rows = (
        (_("Time to first token"), "ttft_ms", "ttft_ms", "ms"),
        (_("Time per output token"), "tpot_ms", "", "ms"),
        (_("Time between tokens"), "tbt_ms", "itl_ms", "ms"),
        (_("Throughput"), "throughput_tps", "", "tokens/s"),
        (_("Decode speed"), "decode_tps", "", "tokens/s"),
        (_("Peak memory"), "peak_mem_mb", "", "MiB"),
    )
    known, result = Entry(entry), Table("", _("median"), "p99", "")
    for column in result.columns[1:3]:
        column.justify = "right"
    for title, name, series, unit in rows:
        tail = known.at("metrics", "percentiles", series, "p99")
        result.add_row(title, _figure(known.at("metrics", name)), _figure(tail), unit)
    return result


def written(_: Translator, path: Path) -> Iterator[str]:
    """Where the entry is and what to do next."""
    yield _("Written: {path}").format(path=path.as_posix())
    yield _("Next: {command}").format(command="sagellm-benchmark aggregate")


def to_json(
    entry: dict[str, Json], record: dict[str, Json], files: Written, backend: str
) -> dict[str, Json]:
    """The object `--json` prints, of `schemas/run_report_v1.schema.json`.

    Args:
        entry: what was written.
        record: the raw samples in their JSON form.
        files: where both are.
        backend: as asked.
    """
    facts = ("entry_id", "engine", "engine_version", "hardware", "model", "workload")
    return {
        "path": files.entry.as_posix(),
        "samples_path": files.samples.as_posix(),
        "run": {"backend": backend, **{name: entry[name] for name in facts}},
        "summary": entry["metrics"],
        **record,
    }


def _figure(value: Json) -> str:
    return "" if value is None else f"{cast('float', value):.2f}"
