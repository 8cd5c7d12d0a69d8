"""GPT-2 on openvino by hand, as somebody who knows the library would write it.

    python tests/bench/by_hand/openvino.py --model FOLDER --dtype int4

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
# openvino and nncf send usage data over the network where they find this package.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import argparse
import json
import tempfile
import time
from statistics import median
from typing import Any

import numpy as np
import openvino
import torch
from optimum.intel import OVModelForCausalLM, OVWeightQuantizationConfig

HINTS = {"float32": {"INFERENCE_PRECISION_HINT": "f32"}, "bfloat16": {}, "int8": {}, "int4": {}}
BITS = {"int8": 8, "int4": 4}


def main() -> None:
    """Export, warm up, repeat, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--dtype", choices=HINTS, default="float32")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--input", type=int, default=128)
    parser.add_argument("--output", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        request = open_request(options, Path(folder))
        torch.set_num_threads(1)
        prompt = np.random.default_rng(0).integers(0, 50000, (1, options.input))
        runs = [generate(request, prompt, options.output) for _ in range(options.repeats + 1)][1:]
    result = {
        "decode_tps": median((len(at) - 2) / (at[-1] - at[1]) for at in runs),
        "ttft_ms": median(1000 * (at[1] - at[0]) for at in runs),
        "e2e_ms": [1000 * (at[-1] - at[0]) for at in runs],
    }
    print(json.dumps(result))  # noqa: T201 - the result


def open_request(options: argparse.Namespace, folder: Path) -> Any:
    """Export, compress if asked, and compile."""
    bits = BITS.get(options.dtype)
    config = None if bits is None else OVWeightQuantizationConfig(bits=bits, sym=False)
    OVModelForCausalLM.from_pretrained(
        options.model, export=True, compile=False, load_in_8bit=False, quantization_config=config
    ).save_pretrained(folder)
    settings = {"PERFORMANCE_HINT": "LATENCY", **HINTS[options.dtype]}
    if options.threads:
        settings["INFERENCE_NUM_THREADS"] = str(options.threads)
    model = openvino.Core().compile_model(folder / "openvino_model.xml", "CPU", settings)
    return model.create_infer_request()


def generate(request: Any, prompt: Any, output: int) -> list[float]:
    """Seconds: the start, then every token."""
    mask = np.ones((1, prompt.shape[1] + output), np.int64)
    positions = np.arange(mask.shape[1])[None]
    beam = np.zeros(1, np.int32)
    ids, seen = prompt, 0
    stamps = [time.perf_counter()]
    request.reset_state()
    for _ in range(output):
        end = seen + ids.shape[1]
        given = {
            "input_ids": ids,
            "attention_mask": mask[:, :end],
            "position_ids": positions[:, seen:end],
            "beam_idx": beam,
        }
        request.infer(given, share_inputs=True, share_outputs=True)
        ids, seen = request.get_tensor("logits").data[:, -1].argmax(-1)[:, None], end
        stamps.append(time.perf_counter())
    return stamps


if __name__ == "__main__":
    main()
