"""What `run --probe --json` prints: one object of `schemas/probe_report_v1.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmark.canonical import Json
    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.looked import Stream
    from benchmark.measure.probe import Probe


def to_json(probe: Probe) -> dict[str, Json]:
    """Everything that was found."""
    asked = probe.looked.asked
    details = probe.facts.details
    return {
        "works": probe.problem is None,
        "problem": _problem(probe),
        "url": asked.url,
        "api": details.get("api"),
        "models": [*asked.models],
        "server": _server(probe.facts),
        "asked": {
            "input_tokens": asked.input_tokens,
            "output_tokens": asked.output_tokens,
            "exact": asked.exact,
            "dialect": details.get("dialect"),
            "dropped": details.get("dialect_dropped"),
            "sampling": details.get("sampling"),
        },
        "answer": _answer(probe.looked.stream),
        "tokens": _tokens(probe),
        "metrics": None if probe.looked.metrics is None else {**probe.looked.metrics},
        "caveats": [one.as_json() for one in probe.caveats],
        "unknown": [{"field": one.field, "why": one.why} for one in probe.unknowns],
    }


def _problem(probe: Probe) -> dict[str, Json] | None:
    error = probe.problem
    if error is None:
        return None
    violations = getattr(error, "violations", ())
    return {
        "type": type(error).__name__,
        "message": str(error),
        "hint": error.hint,
        "exit_code": error.exit_code,
        "violations": [str(violation) for violation in violations],
    }


def _server(facts: EngineFacts) -> dict[str, Json]:
    hardware = facts.hardware
    return {
        "name": None if facts.service is None else facts.service.name,
        "version": facts.engine_version,
        "known_by": facts.details.get("server_known_by"),
        "is_here": facts.service is not None and facts.service.is_here,
        "precision": facts.precision,
        "precision_source": facts.precision_source,
        "quantization": facts.quantization,
        "chip_model": hardware.chip_model,
        "chip_count": hardware.chip_count,
    }


def _answer(stream: Stream) -> dict[str, Json]:
    shapes: list[Json] = [
        {"fields": [*shape.fields], "events": shape.events} for shape in stream.shapes
    ]
    return {**stream._asdict(), "shapes": shapes}


def _tokens(probe: Probe) -> dict[str, Json] | None:
    """How the answer's tokens are counted and placed; None if a run would refuse it."""
    if probe.measurement is None:
        return None
    (sample,) = probe.measurement.series.samples
    details = probe.measurement.facts.details
    return {
        "count": sample.output_tokens,
        "counted_by": details.get("token_count_source"),
        "placed_by": details.get("token_placement"),
        "unplaced": sample.unplaced,
    }
