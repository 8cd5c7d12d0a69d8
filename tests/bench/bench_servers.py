"""Does `run` report what others report? Four clients at one vLLM, in alternation.

    python tests/bench/bench_servers.py [--concurrency 1,4] [--rounds 2] [--requests 24]

Every client asks the same server for 64 tokens after prompts of 128, by chat, in the order ABCD,
DCBA, …; the server keeps no prefixes, for some clients repeat prompts from run to run. It has the
first processor and the clients have the others, so that none takes from the server what another
does not. Figures follow from what each tool kept of every request, by one set of definitions, and
are medians over the rounds. Progress goes to stderr, one Markdown table to stdout.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from clients.aiperf import AIPERF
from clients.asked import INPUT, OUTPUT, Asked, Client, Figures, figures
from clients.guidellm import GUIDELLM
from clients.ours import OURS
from clients.vllm_bench import VLLM_BENCH
from table import figure, markdown

from tests.servers.kinds import MODEL, VLLM
from tests.servers.real_server import RealServer, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CLIENTS = (OURS, VLLM_BENCH, GUIDELLM, AIPERF)
REVISION = "0" * 40
_LIMIT_S = 1800
_SHOWN = 2000
_HEADER = ("in flight", "client", "TTFT ms", "TPOT ms", "tokens/s", "× ours", "tokens in")


class Failed(Exception):  # noqa: N818 - it says what became of a client
    """A client gave no figures."""


class Place(NamedTuple):
    """Where clients run: a scratch folder, the Hub's cache in it, the server's URL."""

    folder: Path
    hub: Path
    url: str


def main() -> int:
    """Measure, and show the table."""
    options = _options()
    found: dict[tuple[int, str], list[Figures]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        server = RealServer(VLLM, folder, extra=("--no-enable-prefix-caching",), before=_pin("0"))
        place = Place(folder, _hub(folder), f"http://127.0.0.1:{server.port}")
        try:
            for number, concurrency, client in _turns(options):
                told = _once(client, place, concurrency, options.requests, number)
                _say(f"{client.name}, {concurrency} in flight, round {number}: {told}\n")
                if number:
                    found[concurrency, client.name].append(told)
        finally:
            server.stop()
    sys.stdout.write(f"{_table(found)}\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--concurrency", default="1,4")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--requests", type=int, default=24)
    return parser.parse_args()


def _turns(options: argparse.Namespace) -> Iterator[tuple[int, int, Client]]:
    """Round 0 warms the server up and is not counted; every other round is turned."""
    for concurrency in map(int, options.concurrency.split(",")):
        yield 0, concurrency, OURS
        for number in range(1, options.rounds + 1):
            for client in CLIENTS if number % 2 else reversed(CLIENTS):
                yield number, concurrency, client


def _once(client: Client, place: Place, concurrency: int, requests: int, seed: int) -> Figures:
    folder = Path(tempfile.mkdtemp(dir=place.folder))
    asked = Asked(place.url, MODEL, place.hub, concurrency, requests, seed, folder)
    environ = {**environment(folder), "HF_HOME": str(place.hub), "TRANSFORMERS_OFFLINE": "1"}
    with (folder / "stdout").open("w") as printed:
        done = subprocess.run(
            [*_pin(_others()), *client.command(asked)],
            env=environ,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
    if done.returncode:
        said = (folder / "stdout").read_text()[-_SHOWN:] + done.stderr[-_SHOWN:]
        raise Failed(f"{client.name} ended with {done.returncode}:\n{said}")
    return figures(client.read(folder))


def _pin(processors: str) -> list[str]:
    """What keeps a process on these processors, where that can be done."""
    many = (os.cpu_count() or 1) > 1
    return ["taskset", "--cpu-list", processors] if many and shutil.which("taskset") else []


def _others() -> str:
    return f"1-{(os.cpu_count() or 2) - 1}"


def _hub(folder: Path) -> Path:
    """AIPerf finds tokenizers only where the Hub's client keeps them."""
    kept = folder / "hf" / "hub" / "models--local--tiny"
    for file in MODEL.glob("*.json*"):
        (kept / "snapshots" / REVISION).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, kept / "snapshots" / REVISION)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text(REVISION)
    return folder / "hf"


def _table(found: dict[tuple[int, str], list[Figures]]) -> str:
    rows = []
    for (concurrency, name), told in found.items():
        mine = _medians(found[concurrency, OURS.name])
        rows.append(_cells(concurrency, name, _medians(told), mine))
    lines = f"{INPUT} tokens in, {OUTPUT} out, chat, {os.cpu_count()} processors"
    return f"{lines}\n\n{markdown(_HEADER, rows, words=2)}"


def _cells(concurrency: int, name: str, told: Figures, mine: Figures) -> list[str]:
    cells = [figure(value) for value in told[:3]]
    share = figure(told.tokens_per_s / mine.tokens_per_s, 3)
    return [str(concurrency), name, *cells, share, figure(told.prompt_tokens, 0)]


def _medians(told: Sequence[Figures]) -> Figures:
    columns = zip(*told, strict=True)
    return Figures(*(median(column) for column in columns))  # type: ignore[arg-type]


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
