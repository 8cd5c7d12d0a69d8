"""What one look at a server is told as.

`_` is the translator of benchmark.i18n; text from outside passes through benchmark.text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.measure.looked import BLANK_USAGE, FINAL_USAGE, NO_USAGE, RUNNING_USAGE
from benchmark.measure.messages import of_kind
from benchmark.measure.show.figures import figure
from benchmark.measure.show.retold import retold
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.measure.job import Measurement
    from benchmark.measure.looked import Stream
    from benchmark.measure.probe import Probe

    Translator = Callable[[str], str]

_USAGES = {
    NO_USAGE: N_("none"),
    BLANK_USAGE: N_("without a count in it"),
    FINAL_USAGE: N_("once"),
    RUNNING_USAGE: N_("while tokens come"),
}
_KNOWN_BY = {
    "owner": N_("known by who owns its models"),
    "metrics": N_("known by its metrics"),
    "page": N_("known by one of its pages"),
    "command": N_("known by the command that started it"),
    None: N_("it does not tell what it is"),
}
_WITHOUT = {
    "ignore_eos": N_("the model may end an answer early"),
    "min_tokens": N_("the model may end an answer early"),
    "generation_config": N_("the model may end an answer early"),
    "max_tokens": N_("the limit is asked for by another name"),
    "max_completion_tokens": N_("the limit is asked for by another name"),
    "stream_options.include_usage": N_("the server is not asked to count tokens"),
    "stream_options.continuous_usage_stats": N_("no counts are asked for while tokens come"),
    "timings_per_token": N_("no counts in llama.cpp's words; others never have them"),
    "temperature": N_("the server samples as it likes"),
}
"""What follows if a server refuses a field."""


def looking(_: Translator) -> str:
    """Before the look."""
    return _("Looking: one request, nothing is measured or written…")


def report(_: Translator, probe: Probe) -> Iterator[str]:
    """Everything that was found, and last what a run would come to."""
    yield _server(_, probe)
    for title, text in (*_asked(_, probe), *_came(_, probe), *_tokens(_, probe)):
        if text:
            yield f"  {title}: {text}"
    for title, text in _machine(_, probe):
        yield f"  {title}: {text}"
    for one in probe.caveats:
        yield f"⚠ {one_line(retold(_, one.text, of_kind(one.kind)))}"
    yield from _unknowns(_, probe)
    yield from _verdict(_, probe)


def _server(_: Translator, probe: Probe) -> str:
    service, details = probe.facts.service, probe.facts.details
    name = "unknown" if service is None else service.name
    named = f"{name} {probe.facts.engine_version or ''}".strip()
    known_by = details.get("server_known_by")
    how = _KNOWN_BY.get(known_by if isinstance(known_by, str) else None, "")
    return f"{one_line(named)}, {_(how)}"


def _asked(_: Translator, probe: Probe) -> Iterator[tuple[str, str]]:
    asked, details = probe.looked.asked, probe.facts.details
    yield _("URL"), one_line(asked.url)
    yield _("Models"), one_line(", ".join(asked.models)) or _("it lists none")
    exact, most = _("{input} tokens in, {output} out"), _("{input} tokens in, {output} out at most")
    text = exact if asked.exact else most
    lengths = text.format(input=asked.input_tokens, output=asked.output_tokens)
    yield _("Asked"), f"{lengths}; {details.get('dialect')}"
    dropped = str(details.get("dialect_dropped") or "")
    fields = [field for field in dropped.split(", ") if field]
    yield _("Left out"), "; ".join(f"{field} ({_(_WITHOUT[field])})" for field in fields)


def _came(_: Translator, probe: Probe) -> Iterator[tuple[str, str]]:
    stream = probe.looked.stream
    kind = one_line(stream.content_type) or _("untyped")
    yield _("Came"), f"HTTP {stream.status}, {kind}, {stream.form}"
    for shape in stream.shapes:
        fields = one_line(", ".join(shape.fields)) or _("nothing")
        yield _("Events"), f"{shape.events} × {fields}"
    yield _("Ended by"), _end(_, stream)
    if stream.first_ms is not None:
        times = _("first content after {first}, the end after {end}, without any warm-up")
        first, end = figure(stream.first_ms, "ms"), figure(stream.end_ms, "ms")
        yield _("Times"), times.format(first=first, end=end)


def _end(_: Translator, stream: Stream) -> str:
    reason = stream.finish_reason
    found = [_("finish reason {reason}").format(reason=one_line(reason))] if reason else []
    found += [_("end marker")] if stream.done else []
    return ", ".join(found) or _("neither a finish reason nor an end marker")


def _tokens(_: Translator, probe: Probe) -> Iterator[tuple[str, str]]:
    stream, details = probe.looked.stream, probe.facts.details
    told = stream.completion_tokens
    counts = "" if told is None else _(", {count} in the end").format(count=told)
    yield _("Usage"), f"{_(_USAGES[stream.usage])}{counts}"
    pieces = _("{pieces} pieces, {tokens} tokens by the tokenizer")
    yield _("Text"), pieces.format(pieces=stream.contents, tokens=stream.text_tokens)
    if probe.measurement is not None:
        yield _("Tokens"), _counted(_, probe.measurement)
    yield _("Prompt"), _prompt(_, probe)
    cached = stream.cached_tokens
    yield _("From a cache"), _("it does not tell") if cached is None else f"{cached}"
    if details.get("sampling"):
        yield _("Sampling"), one_line(str(details["sampling"]))


def _counted(_: Translator, measurement: Measurement) -> str:
    """Whose count a run uses, and whether it would know when the tokens came."""
    (sample,), details = measurement.series.samples, measurement.facts.details
    text = _("{count}, counted by {source}; {placed}")
    source, place = details.get("token_count_source"), details.get("token_placement")
    placed = _("when they came is known by {place}").format(place=place)
    if sample.tpot_ms is None:
        placed = _("when they came is not known, so there is no ITL and no decode speed")
    return text.format(count=sample.output_tokens, source=source, placed=placed)


def _prompt(_: Translator, probe: Probe) -> str:
    told, asked = probe.looked.stream.prompt_tokens, probe.looked.asked.input_tokens
    if told is None:
        return _("{asked} tokens, the server does not count them").format(asked=asked)
    text = _("{asked} tokens, {told} by the server's count")
    if told > asked:
        text = _("{asked} tokens, {told} by the server's count: its template adds some")
    return text.format(asked=asked, told=told)


def _machine(_: Translator, probe: Probe) -> Iterator[tuple[str, str]]:
    facts, metrics = probe.facts, probe.looked.metrics
    if metrics is None:
        yield _("Metrics"), _("no page at /metrics that is known")
    else:
        found = (f"{one_line(theirs)} → {ours}" for theirs, ours in metrics.items())
        yield _("Metrics"), ", ".join(found) or _("none that are read")
    text = _("{precision} (source: {source})")
    precision = one_line(facts.precision)
    yield _("Precision"), text.format(precision=precision, source=facts.precision_source)
    chips = facts.hardware
    yield _("Chips"), f"{chips.chip_count} × {one_line(chips.chip_model)}"


def _unknowns(_: Translator, probe: Probe) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for one in probe.unknowns:
        by_reason.setdefault(one.why, []).append(one.field)
    if by_reason:
        yield _("What an entry would not tell, and why:")
    for why, fields in by_reason.items():
        yield f"  {_(why)}"
        yield f"    {', '.join(fields)}"


def _verdict(_: Translator, probe: Probe) -> Iterator[str]:
    problem = probe.problem
    if problem is None:
        yield _("A run would work.")
        return
    text = _("A run would fail with exit code {code}: {problem}")
    yield text.format(code=problem.exit_code, problem=one_line(str(problem)))
    for name in ("violations", "said"):
        yield from (f"  {one_line(str(one))}" for one in getattr(problem, name, ()))
    if problem.hint:
        yield f"  → {_(problem.hint)}"
