"""optimum-benchmark, the tool nearest to ours, on the same folder with the same lengths."""

from __future__ import annotations

import json
from statistics import median
from typing import TYPE_CHECKING

from peers.participant import PEER, Failed, Figures, Participant
from peers.venvs import optimum

if TYPE_CHECKING:
    from pathlib import Path

    from peers.participant import Setting

OPENVINO = {
    "float32": {"+backend.ov_config.INFERENCE_PRECISION_HINT": "f32"},
    "bfloat16": {"+backend.ov_config.INFERENCE_PRECISION_HINT": "bf16"},
    "int8": {"backend.load_in_8bit": "true"},
    "int4": {"backend.load_in_4bit": "true"},
}
"""Each precision in the words of its openvino backend."""


def optimum_benchmark(
    group: str, setting: Setting, *, launcher: str, dtype: str, backend: str = "pytorch"
) -> Participant:
    """Its figure with one of its launchers: `process`, which it recommends, or `inline`."""

    def command(scratch: Path) -> list[str]:
        parts = [f"+launcher={launcher}", f"+backend={backend}", "+scenario=inference"]
        values = _values(setting, scratch) | _precision(backend, dtype)
        settings = [f"{name}={value}" for name, value in values.items()]
        tool = optimum().with_name("optimum-benchmark")
        return [str(tool), "--config-name", "benchmark", *parts, *settings]

    def read(_printed: str, scratch: Path) -> Figures:
        return _figures(scratch / "benchmark_report.json", setting.output)

    name = f"optimum-benchmark, {launcher} launcher"
    quiet = {"LOG_LEVEL": "ERROR", "LOG_TO_FILE": "0"}
    return Participant(name, group, PEER, dtype, command, read, quiet, own_tmp=True)


def _values(setting: Setting, scratch: Path) -> dict[str, object]:
    """The settings in its own words; `no_weights` would ask the Hub, so weights are loaded."""
    return {
        "name": "bench",
        "hydra.run.dir": scratch,
        "launcher.device_isolation": "false",
        "backend.device": setting.backend,
        "backend.model": setting.model,
        "backend.task": "text-generation",
        "backend.library": "transformers",
        "backend.model_type": setting.model_type,
        "backend.no_weights": "false",
        "scenario.iterations": setting.repeats,
        "scenario.duration": 0,
        "scenario.warmup_runs": 2,
        "+scenario.input_shapes.batch_size": 1,
        "+scenario.input_shapes.sequence_length": setting.input,
        "+scenario.generate_kwargs.max_new_tokens": setting.output,
        "+scenario.generate_kwargs.min_new_tokens": setting.output,
    }


def _precision(backend: str, dtype: str) -> dict[str, str]:
    if backend == "pytorch":
        return {"backend.torch_dtype": dtype}
    return {"backend.export": "true", **OPENVINO[dtype]}


def _figures(report: Path, output: int) -> Figures:
    """From the report's raw values: its own token intervals count some gaps several times.

    The report is there even where the process then fails: with the inline launcher 0.6.0 cannot
    write `benchmark.json`, the last of its files.
    """
    if not report.is_file():
        raise Failed("It wrote no report.")
    found = json.loads(report.read_text())
    prefill, decode, whole = (
        median(found[name]["latency"]["values"]) for name in ("prefill", "decode", "generate")
    )
    return Figures(1000 * prefill, (output - 1) / decode, 1000 * whole)
