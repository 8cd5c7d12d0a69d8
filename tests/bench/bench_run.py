"""Does `run` cost anything? It against a bare `generate()` loop, in alternating whole processes.

    python tests/bench/bench_run.py --rounds 5

Both build GPT-2 with the same random weights, warm up with one request and repeat Q1 (32 tokens in,
64 out). The bare loop knows nothing of this package. Prints one JSON object: the median request
of every process, the ratio of their medians, and what the stamps of one token cost.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
INPUT, OUTPUT = 32, 64


def main() -> None:
    """Alternate the two, so that a drift of the machine touches both alike."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--bare", action="store_true", help="be the bare loop")
    options = parser.parse_args()
    if options.bare:
        print(json.dumps(bare(options.repeats)))  # noqa: T201 - its result
        return
    found: dict[str, list[float]] = {"bare": [], "run": []}
    for number in range(options.rounds):
        for name in ("bare", "run") if number % 2 else ("run", "bare"):
            times = ask_bare(options.repeats) if name == "bare" else ask_run(options.repeats)
            found[name].append(round(median(times), 3))
    ratio = median(found["run"]) / median(found["bare"])
    result = {"e2e_ms": found, "run_over_bare": round(ratio, 4), "stamp_us": stamp_us()}
    print(json.dumps(result))  # noqa: T201 - the result


def bare(repeats: int) -> list[float]:
    """Milliseconds of each request of a plain loop."""
    import torch  # noqa: PLC0415 - only the process that computes
    from transformers import AutoConfig, AutoModelForCausalLM  # noqa: PLC0415 - as above

    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model("gpt2")).eval()
    lengths = {"min_new_tokens": OUTPUT, "max_new_tokens": OUTPUT}
    times = []
    for _ in range(repeats + 1):
        ids = torch.randint(0, 50256, (1, INPUT))
        mask = torch.ones_like(ids)
        start = time.perf_counter()
        model.generate(ids, attention_mask=mask, do_sample=False, pad_token_id=0, **lengths)
        times.append(1000 * (time.perf_counter() - start))
    return times[1:]


def ask_bare(repeats: int) -> list[float]:
    """The bare loop in a process of its own."""
    command = [sys.executable, __file__, "--bare", "--repeats", str(repeats)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return list(json.loads(done.stdout))


def ask_run(repeats: int) -> list[float]:
    """The command, as users start it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(ROOT / "scripts" / "run.py"), "--model", "gpt2"]
        command += ["--random-weights", "--workload", "Q1", "--repeats", str(repeats), "--json"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    return [sample["e2e_ms"] for sample in json.loads(done.stdout)["samples"]]


def stamp_us() -> float:
    """Microseconds that one token's stamp costs: a copy to the host and a look at the clock."""
    import torch  # noqa: PLC0415 - not before the processes above are done

    sys.path.insert(0, str(ROOT))
    from benchmark.measure.transformers_engine import Stamps  # noqa: PLC0415 - as above

    stamps, token, times = Stamps(), torch.zeros(1, dtype=torch.long), 100_000
    start = time.perf_counter()
    for _ in range(times):
        stamps.put(token.cpu())
    return round(1e6 * (time.perf_counter() - start) / times, 3)


if __name__ == "__main__":
    main()
