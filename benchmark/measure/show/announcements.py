"""What `run` says between measurements. `_` is the translator of benchmark.i18n."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import told
from benchmark.measure.show.figures import duration, figure
from benchmark.measure.show.lines import engine_of
from benchmark.measure.warmup import most_seconds
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmark.errors import BenchmarkError, InvalidDataError
    from benchmark.measure.best import Trial
    from benchmark.measure.job import Job
    from benchmark.measure.run_options import RunOptions

    Translator = Callable[[str], str]


def joining(_: Translator, options: RunOptions) -> str:
    """On every node but the first."""
    text = _("Node {rank} of {nodes}: computing for node 0 at {address}, which writes the result…")
    address = one_line(str(options.rendezvous))
    return text.format(rank=options.node_rank, nodes=options.nodes, address=address)


def joined(_: Translator) -> str:
    """When node 0 is done."""
    return _("Node 0 is done.")


def at_most(_: Translator, job: Job) -> str:
    """Before anything takes time: how long it may be, for each workload and load."""
    measuring = job.stop.max_time_s
    warming = most_seconds(measuring)
    text = _(
        "This takes {total} at most, after loading: {cells} × (warm-up {warming}, measuring "
        "{measuring}), and the request that is under way. It ends as soon as the result is certain."
    )
    return text.format(
        total=duration(len(job.cells) * (warming + measuring)),
        cells=len(job.cells),
        warming=duration(warming),
        measuring=duration(measuring),
    )


def trying(_: Translator, job: Job) -> str:
    """Before a candidate's trial."""
    return _("Trying {engine}…").format(engine=engine_of(job))


def tried(_: Translator, trial: Trial) -> str:
    """After it."""
    if trial.throughput_tps is None:
        text = _("  {engine} is out: {reason}")
        return text.format(engine=trial.name, reason=one_line(trial.reason))
    return _("  {engine}: {speed} tokens/s").format(
        engine=trial.name, speed=figure(trial.throughput_tps)
    )


def chosen(_: Translator, trial: Trial) -> str:
    """Which engine is measured, and why."""
    return _("Fastest here at the precision asked for: {engine}. Measuring it.").format(
        engine=trial.name
    )


def failed(_: Translator, engine: str, error: BenchmarkError) -> str:
    """One engine of several could not be measured."""
    text = _("{engine} could not be measured: {error}")
    line = text.format(engine=engine, error=one_line(told(_, str(error))))
    return f"{line} {told(_, error.hint)}" if error.hint else line


def refused(_: Translator, error: InvalidDataError) -> str:
    """One of several measurements cannot be right; the first thing that is wrong says which."""
    text = _("Not written: {violation}")
    return text.format(violation=one_line(str(next(iter(error.violations), error))))


def interrupted(_: Translator, results: int) -> str:
    """What an interrupt left."""
    if not results:
        return _("Interrupted: the engine is stopped and nothing was written.")
    return _("Interrupted: the engine is stopped; what was complete is kept.")


def written(_: Translator, entry: Path) -> str:
    """Where a result is."""
    return _("Written: {path}").format(path=entry.as_posix())


def next_step(_: Translator, program: str) -> str:
    """After everything."""
    return _("Next: {command}").format(command=f"{program} aggregate")
