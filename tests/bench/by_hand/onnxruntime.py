"""GPT-2 on onnxruntime by hand, as somebody who knows the library would write it.

    python tests/bench/by_hand/onnxruntime.py --model FOLDER --dtype int8

Nothing of this package is used. The export is made by optimum into a temporary folder and is not
timed. Prints one JSON object: medians over the repeats, which follow one warm-up.
"""

# ruff: noqa: E402 - the libraries are imported when they can be found

from __future__ import annotations

import sys
from pathlib import Path

# This file has the name of the library that it imports.
_HERE = Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != _HERE]

import argparse
import json
import tempfile
import time
from statistics import median
from typing import Any

import numpy as np
import onnxruntime
import torch
from optimum.exporters.onnx import main_export
from optimum.onnxruntime import ORTQuantizer
from optimum.onnxruntime.configuration import AutoQuantizationConfig


def main() -> None:
    """Export, warm up, repeat, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--dtype", choices=("float32", "int8"), default="float32")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--input", type=int, default=128)
    parser.add_argument("--output", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        session = open_session(options, Path(folder))
        torch.set_num_threads(1)
        prompt = np.random.default_rng(0).integers(0, 50000, (1, options.input))
        runs = [generate(session, prompt, options.output) for _ in range(options.repeats + 1)][1:]
    result = {
        "decode_tps": median((len(at) - 2) / (at[-1] - at[1]) for at in runs),
        "ttft_ms": median(1000 * (at[1] - at[0]) for at in runs),
        "e2e_ms": [1000 * (at[-1] - at[0]) for at in runs],
    }
    print(json.dumps(result))  # noqa: T201 - the result


def open_session(options: argparse.Namespace, folder: Path) -> Any:
    """Export, quantize if asked, and load."""
    main_export(options.model, folder, task="text-generation-with-past", do_validation=False)
    name = "model.onnx"
    if options.dtype == "int8":
        config = AutoQuantizationConfig.avx512_vnni(is_static=False, per_channel=False)
        ORTQuantizer.from_pretrained(folder).quantize(config, folder)
        name = "model_quantized.onnx"
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    return onnxruntime.InferenceSession(folder / name, settings)


def generate(session: Any, prompt: Any, output: int) -> list[float]:
    """Seconds: the start, then every token."""
    past_names = [one.name for one in session.get_inputs() if "past_key_values" in one.name]
    wants_positions = any(one.name == "position_ids" for one in session.get_inputs())
    heads, width = session.get_inputs()[1].shape[1], session.get_inputs()[1].shape[3]
    empty = np.zeros((1, heads, 0, width), np.float32)
    past = [onnxruntime.OrtValue.ortvalue_from_numpy(empty)] * len(past_names)
    names = [one.name for one in session.get_outputs()]
    mask = np.ones((1, prompt.shape[1] + output), np.int64)
    positions = np.arange(mask.shape[1])[None]
    ids, seen = prompt, 0
    stamps = [time.perf_counter()]
    for _ in range(output):
        end = seen + ids.shape[1]
        binding = session.io_binding()
        binding.bind_cpu_input("input_ids", ids)
        binding.bind_cpu_input("attention_mask", mask[:, :end])
        if wants_positions:
            binding.bind_cpu_input("position_ids", np.ascontiguousarray(positions[:, seen:end]))
        for name, value in zip(past_names, past, strict=True):
            binding.bind_ortvalue_input(name, value)
        for name in names:
            binding.bind_output(name)
        session.run_with_iobinding(binding)
        scores, *past = binding.get_outputs()
        ids, seen = scores.numpy()[:, -1].argmax(-1)[:, None], end
        stamps.append(time.perf_counter())
    return stamps


if __name__ == "__main__":
    main()
