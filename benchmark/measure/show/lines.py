"""The lines that people read while a run goes on. Pure: values in, text out.

`_` is the translator of benchmark.i18n; text from outside passes through benchmark.text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.credentials import mask
from benchmark.measure.engines import ENGINES
from benchmark.measure.entry_builder import human
from benchmark.measure.show.figures import duration, figure, share
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.job import Cell, Job
    from benchmark.measure.load import StopRule
    from benchmark.measure.show.tally import Snapshot

    Translator = Callable[[str], str]

_BETWEEN = " · "


def loading(_: Translator, job: Job) -> str:
    """The first line: which model, by which engine; a server has loaded what it has."""
    options = job.options
    endpoint = options.endpoint
    model = one_line(mask(options.model))
    if endpoint is not None and endpoint.program is not None:
        text = _("Starting {engine} with {model} on {backend}…")
        return text.format(engine=job.engine, model=model, backend=options.backend)
    if ENGINES[job.engine].remote:
        return _("Reaching what serves {model}…").format(model=model)
    weights = _("random weights") if options.random_weights else _("pretrained weights")
    text = _("Loading {model} ({weights}) with {engine} on {backend}…")
    return text.format(
        model=model,
        weights=weights,
        engine=engine_of(job),
        backend=options.backend,
    )


def busy(_: Translator, reason: str, seconds: float) -> str:
    """A server that is not ready yet."""
    text = _("  The server is not ready ({reason}): asking again in {seconds:.3g} s…")
    return text.format(reason=one_line(reason), seconds=seconds)


def loaded(_: Translator, seconds: float, facts: EngineFacts) -> str:
    """What was loaded, as far as it is known."""
    known = ", ".join(_known(_, facts))
    if facts.service is None:
        return _("Loaded in {seconds:.1f} s: {facts}.").format(seconds=seconds, facts=known)
    text = _("Reached {server} in {seconds:.1f} s: {facts}.")
    server = one_line(f"{facts.service.name} {facts.engine_version or ''}".strip())
    return text.format(server=server, seconds=seconds, facts=known)


def started(_: Translator, cell: Cell) -> str:
    """What is measured next."""
    text = _("{workload}: {input} tokens in, {output} out, {load}. Warming up…")
    return text.format(
        workload=one_line(cell.workload.name),
        input=cell.workload.input_length,
        output=cell.workload.output_length,
        load=_load(_, cell),
    )


def rounded(_: Translator, stop: StopRule, cell: Cell) -> str:
    """Why more requests are sent than were asked for; empty if they are not."""
    turns = cell.workload.turns
    if stop.whole(turns).repeats == stop.repeats:
        return ""
    text = _("  {asked} requests were asked for: {whole} are sent, as conversations of {turns}.")
    return text.format(asked=stop.repeats, whole=stop.whole(turns).repeats, turns=turns)


def skipped(_: Translator, cell: Cell, reason: str) -> str:
    """What is not measured, and why."""
    text = _("Skipped {workload}: {reason}")
    return text.format(workload=one_line(cell.workload.name), reason=one_line(reason))


def warmed(_: Translator, seconds: float, requests: int) -> str:
    """After the warm-up."""
    text = _("Warmed up in {seconds:.1f} s with {requests} requests. Measuring…")
    return text.format(seconds=seconds, requests=requests)


def failed(_: Translator, error: str) -> str:
    """Why a request failed."""
    return _("  a request failed: {error}").format(error=one_line(error))


def waiting(phase: str, seconds: float) -> str:
    """A phase of which only the time is known."""
    return f"{phase} {duration(seconds)}"


def measuring(_: Translator, known: Snapshot, stop: StopRule, seconds: float) -> str:
    """How a measured phase stands."""
    return _BETWEEN.join(_standing(_, known, stop, seconds))


def measured(_: Translator, known: Snapshot, seconds: float) -> str:
    """How a measured phase ended."""
    text = _("Measured {requests} requests, {failed} failed, in {seconds:.1f} s")
    line = text.format(requests=known.requests, failed=known.failed, seconds=seconds)
    parts = [f"{line}: {speed}" if (speed := _overall(_, known)) else line, *_request(_, known)]
    return _BETWEEN.join(parts)


def _standing(_: Translator, known: Snapshot, stop: StopRule, seconds: float) -> Iterator[str]:
    """Short enough for a terminal of 80 columns."""
    yield f"{duration(seconds)}/{duration(stop.max_time_s)}"
    yield _done(_, known, stop)
    if known.now is not None:
        yield _("{speed} tokens/s").format(speed=figure(known.now))
    yield from _request(_, known)


def _done(_: Translator, known: Snapshot, stop: StopRule) -> str:
    wanted = "" if stop.repeats is None else f"/{stop.repeats}"
    text = _("{requests} requests, {failed} failed") if known.failed else _("{requests} requests")
    return text.format(requests=f"{known.requests}{wanted}", failed=known.failed)


def _overall(_: Translator, known: Snapshot) -> str:
    if known.overall is None:
        return ""
    return _("{speed} tokens/s").format(speed=figure(known.overall))


def _request(_: Translator, known: Snapshot) -> Iterator[str]:
    """The median request, with its confidence interval once there is one."""
    if known.request is None:
        return
    spread = "" if known.spread is None else f" ±{share(known.spread)}"
    yield _("a request {speed}{spread}").format(speed=figure(known.request), spread=spread)


def _known(_: Translator, facts: EngineFacts) -> Iterator[str]:
    if facts.parameters is not None:
        yield _("{count} parameters").format(count=human(facts.parameters))
    yield one_line(facts.precision)
    if facts.threads is not None:
        yield _("{count} threads").format(count=facts.threads)
    yield one_line(facts.hardware.chip_model)


def _load(_: Translator, cell: Cell) -> str:
    if cell.load.rate is not None:
        return _("{rate} requests per second").format(rate=f"{cell.load.rate:g}")
    return _("{count} at a time").format(count=cell.load.concurrency)


def engine_of(job: Job) -> str:
    """The engine, and whether it compiles."""
    return f"{job.engine} --compile" if job.options.compile else job.engine
