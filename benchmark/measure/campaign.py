"""One `run` from its first measurement to its last file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from benchmark import canonical
from benchmark.credentials import Cleaner
from benchmark.measure import checks, local_files, results, sample_file
from benchmark.measure.belonging import of_one
from benchmark.measure.confidential import cleaned_entry, cleaned_measurement, places_of
from benchmark.measure.entry_builder import Run, build_entry, workload_name
from benchmark.measure.filed import filed
from benchmark.measure.kept import Kept
from benchmark.measure.show import plots, sweep_plot
from benchmark.measure.sweeps import sweeps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from benchmark.canonical import Json
    from benchmark.measure.host.machine import Machine
    from benchmark.measure.job import Measurement
    from benchmark.measure.results import Written
    from benchmark.measure.run_options import RunOptions
    from benchmark.measure.slo import Slo
    from benchmark.measure.sweep import Sweep


@dataclass
class Campaign:
    """Turns measurements into entries and keeps them.

    Attributes:
        outputs: where results are kept.
        machine: where they were measured.
        slo: what a good request is, None if nobody asked.
        submitter: who measured.
        now: UTC.
        clean: takes secrets out of what is kept.
        kept: everything kept so far.
    """

    outputs: Path
    machine: Machine
    slo: Slo | None
    submitter: str
    now: Callable[[], datetime]
    clean: Cleaner = field(default_factory=Cleaner)
    kept: list[Kept] = field(default_factory=list)

    def keep(self, engine: str, options: RunOptions, measurement: Measurement) -> Kept:
        """Build the entry, check it against its samples, write the result.

        Raises:
            InvalidDataError: if the measurement contradicts itself; nothing is written.
            UsageError: if it cannot be written.
        """
        run, entry = self.built(engine, options, measurement)
        kept = Kept(
            model_name=run.options.model_name,
            backend=run.options.backend,
            entry=entry,
            measurement=run.measurement,
            files=self._write(run, entry, {**local_files.of_options(options)}),
        )
        self.kept.append(kept)
        return kept

    def built(
        self, engine: str, options: RunOptions, measurement: Measurement
    ) -> tuple[Run, dict[str, Json]]:
        """The entry, checked against its samples, and what it was built from.

        Raises:
            InvalidDataError: if the measurement contradicts itself.
        """
        run = Run(
            entry_id=str(uuid.uuid4()),
            engine=engine,
            options=exactly(options, engine, measurement),
            measurement=cleaned_measurement(measurement, self.clean.and_words(places_of(options))),
            machine=self.machine,
            slo=self.slo,
            submitter=self.submitter,
            submitted_at=self.now(),
            local_files=tuple(local_files.of_options(options)),
        )
        clean = self.clean.without_words()
        entry = cast("dict[str, Json]", canonical.writable(cleaned_entry(build_entry(run), clean)))
        checks.check(entry, measurement, options.dtype)
        return run, entry

    def keep_sweeps(self) -> Iterator[tuple[Sweep, Path]]:
        """Every sweep there is by now, and where its picture is."""
        for workload, sweep in sweeps(self.kept, self.slo):
            first = self.kept[0]
            folder = results.model_folder(self.outputs, first.backend, first.model_name)
            picture = sweep_plot.sweep_png(sweep)
            yield sweep, results.write_sweep(folder, workload, self.now().date(), picture)

    def _write(self, run: Run, entry: dict[str, Json], private: dict[str, Json]) -> Written:
        folder = results.model_folder(self.outputs, run.options.backend, run.options.model_name)
        series, observed = run.measurement.series, run.measurement.observed
        known = {"entry_id": run.entry_id}
        if observed is not None:
            known["server_metrics"] = canonical.dumps(observed.columns()).decode()
        content = results.Content(
            entry,
            samples=sample_file.to_bytes(series, known),
            plot=plots.run_png(entry, series),
            private=private,
        )
        name, day = workload_name(filed(run.measurement)), run.submitted_at.date()
        return results.write(folder, name, day, content)


def exactly(options: RunOptions, engine: str, measurement: Measurement) -> RunOptions:
    """The options that repeat one cell: what was left to defaults is spelled out."""
    cell, series, facts = measurement.cell, measurement.series, measurement.facts
    load, trace = cell.load, cell.workload.trace
    rate = None if trace is not None else load.rate
    is_open = load.rate is not None
    plain = load.concurrency == cell.workload.concurrency and not is_open
    return replace(
        of_one(engine, options),
        model=options.model_name,
        workload=options.workload if trace else _workload(options, cell.workload.name),
        threads=measurement.facts.threads if facts.service is None else options.threads,
        concurrency=() if plain or is_open else (load.concurrency,),
        batch=None,
        rate=() if rate is None else (rate,),
        arrivals=load.arrivals,
        burstiness=load.burstiness,
        max_in_flight=load.max_in_flight,
        ramp_up=load.ramp_up_s,
        repeats=len(series.samples) + len(series.failures),
    )


def _workload(options: RunOptions, name: str) -> str:
    """A workload of a file is known by the file."""
    path = Path(options.workload)
    return path.name if path.suffix else name
