"""The exporting process: it reads a pickled job, fills a folder, and is gone."""

from __future__ import annotations

import os
import pickle
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import torch
import transformers

from benchmark import garbage
from benchmark.errors import BenchmarkError
from benchmark.measure.engines.transformers_config import explain, read_configuration

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.engines.export_cache import ExportJob

_FAILED = 1


def main() -> None:
    """Do the job that standard input holds; an error this package explains goes to the output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job, folder = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this
    try:
        export(job, folder)
    except BenchmarkError as error:
        pickle.dump(error, out)
        out.flush()
        sys.exit(_FAILED)


def export(job: ExportJob, folder: Path) -> None:
    """Let the engine's own module write the export into an empty folder."""
    # Not to be found: openvino and nncf send usage data over the network with it.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    with garbage.uncollected():
        module = import_module(f"benchmark.measure.engines.{job.engine}_engine_export")
    module.write(job, folder)
    garbage.uncollected_at_the_end()


def save_checkpoint(options: EngineOptions, folder: Path) -> int:
    """Save the model with float32 weights, so that every exporter starts from the same.

    Returns:
        The number of its parameters, tied ones once.

    Raises:
        UsageError: if there are no weights to load.
    """
    try:
        model = _weights(options)
    except (OSError, ValueError, ImportError) as error:
        raise explain(error, options.model) from error
    model.save_pretrained(folder)
    return int(model.num_parameters())


def _weights(options: EngineOptions) -> Any:  # noqa: ANN401 - transformers is untyped here
    config = read_configuration(options).value
    auto = transformers.AutoModelForCausalLM
    if not options.random_weights:
        return auto.from_pretrained(options.model, config=config, dtype=torch.float32)
    torch.manual_seed(options.seed)
    return auto.from_config(config, dtype=torch.float32)
