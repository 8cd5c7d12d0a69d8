"""An entry's `provenance`: what a reader needs to judge a run or to repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveats import caveats
from benchmark.measure.filed import filed
from benchmark.measure.stats import DEFINITIONS, median

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json
    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.host.machine import Machine
    from benchmark.measure.job import Measurement


def provenance(measurement: Measurement, machine: Machine, seed: int) -> dict[str, Json]:
    """Weights, prompts, threads, versions, the machine that computed, and whether it was busy."""
    facts, noise = measurement.facts, measurement.noise
    return {
        **_weights(facts, seed),
        **_prompts(measurement.prompts),
        "definitions": DEFINITIONS,
        **_answers(measurement),
        "threads": facts.threads,
        "tools": dict(facts.tools) if facts.service is None else {},
        "client": None if facts.service is None else _client(facts, machine),
        "precision_source": facts.precision_source,
        "attention": facts.attention,
        "compiled": facts.compiled,
        "engine": dict(facts.details),
        "local_parameters": facts.local_parameters,
        "weight_bytes": facts.weight_bytes,
        "energy_sources": None if measurement.energy is None else [*measurement.energy.sources],
        "noise": None if noise is None else noise.as_json(),
        "stopped": measurement.stopped,
        "caveats": [one.as_json() for one in caveats(measurement)],
        "machine": machine.as_json() if _is_here(facts) else None,
    }


def _client(facts: EngineFacts, machine: Machine) -> dict[str, Json]:
    """What asked an endpoint, and where; it computed nothing that was measured."""
    return {
        "python_version": machine.python_version,
        "tools": dict(facts.tools),
        "machine": None if _is_here(facts) else machine.as_json(),
    }


def _is_here(facts: EngineFacts) -> bool:
    return facts.service is None or facts.service.is_here


def _prompts(known: Mapping[str, Json]) -> dict[str, Json]:
    """Flat, so that entries of other versions can be compared: `prompts`, `prompts_seed`, …."""
    rest = {f"prompts_{name}": value for name, value in known.items() if name != "kind"}
    return {"prompts": known["kind"], **rest}


def _answers(measurement: Measurement) -> dict[str, Json]:
    """How long answers were that the model could end."""
    tokens = [one.output_tokens for one in measurement.series.samples]
    if not (filed(measurement).workload.natural and tokens):
        return {}
    return {
        "answer_tokens_min": min(tokens),
        "answer_tokens_median": median(tokens),
        "answer_tokens_max": max(tokens),
    }


def _weights(facts: EngineFacts, seed: int) -> dict[str, Json]:
    return {
        "weights": facts.weights,
        "weights_seed": seed if facts.weights == "random" else None,
        "parameter_count": facts.parameters,
        "model_revision": facts.model_revision,
        "config_sha256": facts.config_sha256,
    }
