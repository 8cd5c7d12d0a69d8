"""Which engine is the fastest, and which do not count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmark.errors import UsageError
from benchmark.measure.best import Trial, choose, try_all
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.run_options import RunOptions
from tests.support.measured import FACTS, MEASUREMENT

if TYPE_CHECKING:
    from benchmark.measure.job import Job, Measurement

ASKED = RunOptions(model="gpt2", engine="best", dtype="float32")
WALL_S = {"transformers": 4.0, "compiled": 2.0, "onnxruntime": 1.0, "openvino": 0.5}


def measure(job: Job) -> tuple[Measurement, ...]:
    """Every engine in its own time; OpenVINO in another precision than the one asked for."""
    name = "compiled" if job.options.compile else job.engine
    precision = "BF16" if name == "openvino" else "FP32"
    return (
        MEASUREMENT._replace(
            facts=replace(FACTS, precision=precision),
            series=MEASUREMENT.series._replace(wall_s=WALL_S[name]),
        ),
    )


def test_the_fastest_at_the_precision_asked_for_is_chosen() -> None:
    """OpenVINO would be faster, in bf16."""
    trials = list(try_all(ASKED, measure))
    assert [trial.name for trial in trials] == [
        "transformers",
        "transformers --compile",
        "onnxruntime",
        "openvino",
    ]
    assert trials[-1].reason == "it executes BF16"
    assert choose(trials).options == replace(ASKED, engine="onnxruntime")


def test_without_a_precision_asked_for_all_must_have_the_first_ones() -> None:
    """So that like is compared with like."""
    trials = list(try_all(replace(ASKED, dtype=None), measure))
    assert choose(trials).options.engine == "onnxruntime"


def test_an_engine_that_cannot_do_it_is_out_and_the_others_go_on() -> None:
    """With its reason."""

    def only_compiled(job: Job) -> tuple[Measurement, ...]:
        if not job.options.compile:
            raise UsageError(f"{job.engine} has no int8.")
        return measure(job)

    trials = list(try_all(ASKED, only_compiled))
    assert [trial.reason for trial in trials if trial.reason] == [
        "transformers has no int8.",
        "onnxruntime has no int8.",
        "openvino has no int8.",
    ]
    assert choose(trials).options.compile


def test_a_trial_is_short_and_of_the_first_cell_alone() -> None:
    """Two requests."""
    seen: list[Job] = []

    def note(job: Job) -> tuple[Measurement, ...]:
        seen.append(job)
        return measure(job)

    list(try_all(replace(ASKED, workload="Q1,Q2", repeats=500), note))
    assert {len(job.cells) for job in seen} == {1}
    assert {job.stop.repeats for job in seen} == {2}


def test_if_all_are_out_every_reason_is_told() -> None:
    """Nothing can be measured."""
    trials = [Trial(ASKED, None, "no memory"), Trial(ASKED, None, "no compiler")]
    with pytest.raises(EngineFailedError, match=r"no memory.*no compiler"):
        choose(trials)
