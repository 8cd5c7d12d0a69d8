"""How exact the load generator is: its figures against what a server really did.

    python tests/bench/bench_load.py [--streams 50,100,200,300,400,500,700] [--rate 100]
        [--seconds 10] [--guidellm /path/to/guidellm] [--aiperf /path/to/aiperf] [--json FILE]

`tests/support/pace_server.py` streams `--rate` tokens per second on each of so many connections and
keeps the stamp of every event it sends; on Linux all processes share that clock. Client and server
share the machine. Two comparisons, both in milliseconds:

- `ttft_error`, `itl_error`: ours only, request by request and gap by gap, the arrival as stamped
  against the sending as stamped.
- `reported`: each tool's own median and p99 of TTFT less the server's (first content − request
  read) over the requests of the same run. What a tool distorts shows here whatever it exports; the
  time a request waits until the server reads it is inside too, for all tools alike.

A tool distorts from the first number of streams on where the median of TTFT is more than 1 ms off,
or the p99 more than 5 ms.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from benchmark.measure.endpoint.engine import create
from benchmark.measure.engine_options import Endpoint, EngineOptions
from benchmark.measure.load import Load, StopRule, Watch
from benchmark.measure.request import Request
from benchmark.measure.samples import NS_PER_MS, Sample
from benchmark.measure.stats import percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import SimpleNamespace

    from benchmark.measure.endpoint.exchange import Exchange
    from benchmark.measure.samples import Failure

SERVER = Path(__file__).resolve().parents[1] / "support" / "pace_server.py"
TTFT_MS, JITTER_MS, SPREAD_MS = 100.0, 10.0, 500.0
"""Streams tick at different times; ends are spread so that requests do not start in lockstep."""

WORST_MEDIAN_MS, WORST_P99_MS = 1.0, 5.0
REVISION = "0" * 40


@contextmanager
def pace_server(rate: float, log: Path) -> Iterator[str]:
    """A server's URL; its stamps are in `log` afterwards."""
    itl = 1000 / rate
    options = ["--ttft-ms", f"{TTFT_MS}", "--jitter-ms", f"{JITTER_MS}", "--itl-ms", f"{itl}"]
    options += ["--end-jitter-ms", f"{SPREAD_MS}"]
    process = subprocess.Popen(
        [sys.executable, str(SERVER), "--port", "0", "--log", str(log), *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"  # type: ignore[union-attr]
    finally:
        process.terminate()
        process.wait(60)


def spread_of(values: list[float]) -> dict[str, float]:
    """Median, p99 and maximum."""
    found = {"median": percentile(values, 50), "p99": percentile(values, 99), "max": max(values)}
    return {name: round(value, 3) for name, value in found.items()}


def truth(log: Path) -> dict[str, dict[str, Any]]:
    """What the server did, by request."""
    return {
        one["id"] or str(number): one
        for number, one in enumerate(json.loads(log.read_text()))
        if one["content_ns"] and one["id"] != "preflight"
    }


def served_ttft(rows: dict[str, dict[str, Any]]) -> dict[str, float]:
    """The server's own times to the first content."""
    return spread_of(
        [(one["content_ns"][0] - one["received_ns"]) / NS_PER_MS for one in rows.values()]
    )


def off(reported: dict[str, float], served: dict[str, float]) -> dict[str, float]:
    """What a tool reports less what was served."""
    return {name: round(reported[name] - served[name], 3) for name in ("median", "p99")}


def requests(tokens: int) -> Iterator[Request]:
    """Different prompts of one length."""
    for number in itertools.count():
        text = f"{number:08d}"
        yield Request(tuple(text.encode()), tokens, text)


def measure_ours(asked: SimpleNamespace, streams: int) -> dict[str, Any]:
    """One run of our load generator."""
    log, done = asked.folder / "ours.json", []

    def report(exchange: Exchange, outcome: Sample | Failure) -> None:
        done.append((exchange.data, exchange.start_ns, outcome))

    with pace_server(asked.rate, log) as url:
        options = EngineOptions(str(asked.tokenizer), "cpu", endpoint=Endpoint(url))
        target = create(options).load()
        watch = Watch(StopRule(precision=0, max_time_s=asked.seconds))
        target.drive_traced(requests(asked.tokens), Load(streams), watch, report)
    return judged(done, truth(log))


def judged(done: list[Any], rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Ours against the truth."""
    good = [(data, start, one) for data, start, one in done if isinstance(one, Sample)]
    ttft, itl = [], []
    for data, start, one in good:
        sent = rows[data.partition(b"X-Request-Id: ")[2].split(b"\r\n")[0].decode()]["content_ns"]
        ttft.append((start - sent[0]) / NS_PER_MS + one.ttft_ms)
        gaps = ((after - before) / NS_PER_MS for before, after in pairwise(sent))
        itl += [abs(mine - true) for mine, true in zip(one.itl_ms, gaps, strict=True)]
    reported = spread_of([one.ttft_ms for _, _, one in good])
    served = served_ttft(rows)
    return {
        "requests": len(done),
        "failed": len(done) - len(good),
        "served": served,
        "reported": off(reported, served),
        "ttft_error": spread_of(ttft),
        "itl_error": spread_of(itl),
    }


def run_peer(asked: SimpleNamespace, name: str, command: list[str]) -> dict[str, Any]:
    """One run of another tool, offline; its words are shown if it fails."""
    log = asked.folder / f"{name}.json"
    shutil.rmtree(asked.folder / "out", ignore_errors=True)
    (asked.folder / "out").mkdir()
    offline = {"HF_HOME": str(asked.cache), "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    with pace_server(asked.rate, log) as url:
        done = subprocess.run(
            [part.replace("URL", url) for part in command],
            env={**os.environ, **offline},
            cwd=asked.folder,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return {"served": served_ttft(truth(log))}


def measure_guidellm(asked: SimpleNamespace, streams: int) -> dict[str, Any]:
    """GuideLLM's concurrent profile."""
    found = run_peer(
        asked,
        "guidellm",
        f"{asked.guidellm} run --backend kind=openai_http,target=URL,model=tiny "
        f"--profile kind=concurrent,streams={streams} "
        f"--constraint kind=max_duration,seconds={asked.seconds} "
        f"--tokenizer kind=huggingface_auto,model={asked.tokenizer} "
        f"--data kind=synthetic_text,prompt_tokens=8,output_tokens={asked.tokens} "
        "--output kind=json,path=out/guidellm.json --disable-progress".split(),
    )
    told = json.loads((asked.folder / "out" / "guidellm.json").read_text())["benchmarks"][0]
    row = told["metrics"]["time_to_first_token_ms"]["successful"]
    reported = {"median": row["median"], "p99": row["percentiles"]["p99"]}
    return {"requests": row["count"], **found, "reported": off(reported, found["served"])}


def measure_aiperf(asked: SimpleNamespace, streams: int) -> dict[str, Any]:
    """AIPerf at a fixed concurrency; it finds tokenizers only where the Hub's client keeps them."""
    found = run_peer(
        asked,
        "aiperf",
        f"{asked.aiperf} profile --model tiny --url URL --endpoint-type chat --streaming "
        f"--concurrency {streams} --benchmark-duration {asked.seconds} "
        "--synthetic-input-tokens-mean 8 --synthetic-input-tokens-stddev 0 "
        f"--output-tokens-mean {asked.tokens} --output-tokens-stddev 0 "
        "--extra-inputs ignore_eos:true --tokenizer local/tiny --use-legacy-max-tokens "
        "--use-server-token-count --ui none --output-artifact-dir out "
        "--no-gpu-telemetry --no-server-metrics".split(),
    )
    row = json.loads((asked.folder / "out" / "profile_export_aiperf.json").read_text())
    told = row["time_to_first_token"]
    reported = {"median": told["p50"], "p99": told["p99"]}
    return {"requests": told["count"], **found, "reported": off(reported, found["served"])}


def save_tokenizer(folder: Path) -> tuple[Path, Path]:
    """A byte-level tokenizer in a folder, and as `local/tiny` in a Hub cache."""
    letters = {letter: i for i, letter in enumerate(pre_tokenizers.ByteLevel.alphabet())}
    tokenizer = Tokenizer(models.BPE(letters, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    saved, hub = folder / "tokenizer", folder / "cache" / "hub" / "models--local--tiny"
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<e>").save_pretrained(saved)
    (saved / "config.json").write_text('{"model_type": "gpt2"}')
    shutil.copytree(saved, hub / "snapshots" / REVISION)
    (hub / "refs").mkdir()
    (hub / "refs" / "main").write_text(REVISION)
    return saved, folder / "cache"


def distorts(row: dict[str, Any]) -> bool:
    """Whether the figures are beyond what we call exact."""
    reported = row["reported"]
    return abs(reported["median"]) > WORST_MEDIAN_MS or abs(reported["p99"]) > WORST_P99_MS


def show(tool: str, streams: int, rate: float, row: dict[str, Any]) -> None:
    """One line of the table."""
    cells = [f"{tool:9}", f"{streams:7}", f"{streams * rate:10,.0f}", f"{row['requests']:8}"]
    cells += [f"{row['reported'][name]:+9.2f}" for name in ("median", "p99")]
    for kind in ("ttft_error", "itl_error"):
        cells += [f"{value:8.3f}" for value in row.get(kind, {}).values()]
    print(" ".join(cells), "  distorts" if distorts(row) else "", flush=True)  # noqa: T201


def main() -> None:
    """Measure everything that was asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--streams", default="50,100,200,300,400,500,700")
    parser.add_argument("--rate", type=float, default=100.0, help="tokens/s of each stream")
    parser.add_argument("--tokens", type=int, default=200, help="of each answer")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--guidellm", help="its executable")
    parser.add_argument("--aiperf", help="its executable")
    parser.add_argument("--json", type=Path)
    asked: Any = parser.parse_args()
    tools: dict[str, Callable[[Any, int], dict[str, Any]]] = {"ours": measure_ours}
    tools |= {"guidellm": measure_guidellm} if asked.guidellm else {}
    tools |= {"aiperf": measure_aiperf} if asked.aiperf else {}
    print(  # noqa: T201
        "tool      streams   tokens/s requests reported TTFT off  "
        "ttft_error median/p99/max  itl_error median/p99/max"
    )
    found: dict[str, dict[int, Any]] = {tool: {} for tool in tools}
    with tempfile.TemporaryDirectory() as folder:
        asked.folder = Path(folder)
        asked.tokenizer, asked.cache = save_tokenizer(asked.folder)
        for streams, (tool, measure) in itertools.product(
            [int(one) for one in asked.streams.split(",")], tools.items()
        ):
            found[tool][streams] = measure(asked, streams)
            show(tool, streams, asked.rate, found[tool][streams])
    for tool, rows in found.items():
        first = next((streams for streams, row in rows.items() if distorts(row)), None)
        print(f"{tool} distorts from: {first or 'nowhere measured'}")  # noqa: T201
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
