"""Does `run` report what others report? Four clients at one vLLM, in alternation.

    python tests/bench/bench_servers.py [--concurrency 1,4] [--rounds 2] [--requests 24]
        [--no-warm-up]

Every client asks the same server for 64 tokens after prompts of 128, by chat, in the order ABCD,
DCBA, …; the server keeps no prefixes, for some clients repeat prompts from run to run. It has the
first processor and the clients have the others, so that none takes from the server what another
does not. Figures follow from what each tool kept of every request, by one set of definitions, and
are medians over the rounds; two columns hold its means against what the server measured inside.
With `--no-warm-up` these means are of the measured requests alone: the server's counters are read
between a client's warm-up and its first measured answer, which costs the server a page of them
every 0.15 s.
Progress goes to stderr, one Markdown table to stdout. Exits with 1 if ours failed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from clients.aiperf import AIPERF
from clients.asked import INPUT, OUTPUT, Asked, Client, Figures, Inside, figures
from clients.guidellm import GUIDELLM
from clients.ours import OURS
from clients.vllm_bench import VLLM_BENCH
from clients.watched import Watched
from table import figure, markdown

from tests.servers.kinds import MODEL, VLLM
from tests.servers.real_server import RealServer, environment

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

CLIENTS = (OURS, VLLM_BENCH, GUIDELLM, AIPERF)
REVISION = "0" * 40
_LIMIT_S = 1800
_SHOWN = 2000
_HEADER = (
    *("in flight", "client", "TTFT ms", "TPOT ms", "tokens/s", "× ours"),
    *("TTFT − server's, ms", "TPOT ÷ server's", "tokens in"),
)


class Failed(Exception):  # noqa: N818 - it says what became of a client
    """A client gave no figures."""


class Place(NamedTuple):
    """Where clients run: a scratch folder, the Hub's cache in it, the server.

    Attributes:
        no_warm_up: whether the server's means leave out the clients' warm-ups.
    """

    folder: Path
    hub: Path
    server: RealServer
    no_warm_up: bool


def main() -> int:
    """Measure, and show the table."""
    options = _options()
    # The server is in a session of its own, which ends only if this process ends it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    found: dict[tuple[int, str], list[Figures]] = defaultdict(list)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        server = RealServer(VLLM, folder, before=_pin("0"), extra=("--no-enable-prefix-caching",))
        place = Place(folder, _hub(folder), server, options.no_warm_up)
        try:
            for number, concurrency, client in _turns(options):
                told = _tried(client, place, concurrency, options.requests, number)
                found[concurrency, client.name] += [told] if told and number else []
        finally:
            server.stop()
    sys.stdout.write(f"{_table(found)}\n")
    return int(not all(told for (_, name), told in found.items() if name == OURS.name))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--concurrency", default="1,4")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--requests", type=int, default=24)
    parser.add_argument("--no-warm-up", action="store_true")
    return parser.parse_args()


def _turns(options: argparse.Namespace) -> Iterator[tuple[int, int, Client]]:
    """Round 0 warms the server up and is not counted; every other round is turned."""
    for concurrency in map(int, options.concurrency.split(",")):
        yield 0, concurrency, OURS
        for number in range(1, options.rounds + 1):
            for client in CLIENTS if number % 2 else reversed(CLIENTS):
                yield number, concurrency, client


def _tried(
    client: Client, place: Place, concurrency: int, requests: int, seed: int
) -> Figures | None:
    """Who fails in one round is asked again in the next."""
    _say(f"{client.name}, {concurrency} in flight, round {seed}: ")
    try:
        told = _once(client, place, concurrency, requests, seed)
    except (Failed, subprocess.TimeoutExpired) as error:
        _say(f"failed: {error}\n")
        return None
    _say(f"{told}\n")
    return told


def _once(client: Client, place: Place, concurrency: int, requests: int, seed: int) -> Figures:
    folder = Path(tempfile.mkdtemp(dir=place.folder))
    url, before = place.server.url.removesuffix("/v1"), place.server.counters()
    asked = Asked(url, MODEL, place.hub, concurrency, requests, seed, folder)
    environ = {**environment(folder), "HF_HOME": str(place.hub), "TRANSFORMERS_OFFLINE": "1"}
    watched = Watched(place.server, VLLM) if place.no_warm_up else None
    with (folder / "stdout").open("w") as printed, watched or nullcontext():
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
    found, after = client.read(folder), place.server.counters()
    if watched is not None:
        begun = watched.before_last(len(found), after)
        if begun is None:
            raise Failed("the end of its warm-up was not seen in the server's counters")
        before = begun
    return figures(found, _inside(after - before))


def _inside(gained: Counter[str]) -> Inside:
    clock, generated = VLLM.clock, VLLM.generated
    assert clock is not None
    assert generated is not None
    requests = gained[clock.done]
    gaps = gained[generated] - requests
    return Inside(clock.first_s(gained) / requests, gained[clock.decoding_s] / gaps)


def _pin(processors: str) -> list[str]:
    """What keeps a process on these processors, where that can be done."""
    many = (os.cpu_count() or 1) > 1
    return ["taskset", "--cpu-list", processors] if many and shutil.which("taskset") else []


def _others() -> str:
    return f"1-{(os.cpu_count() or 2) - 1}"


def _hub(folder: Path) -> Path:
    """AIPerf finds tokenizers only where the Hub's client keeps them."""
    kept = folder / "hf" / "hub" / "models--local--tiny"
    for part in ("snapshots/" + REVISION, "refs"):
        (kept / part).mkdir(parents=True, exist_ok=True)
    for file in [*MODEL.glob("*.json"), *MODEL.glob("*.jinja")]:
        shutil.copy(file, kept / "snapshots" / REVISION)
    (kept / "refs" / "main").write_text(REVISION)
    return folder / "hf"


def _table(found: dict[tuple[int, str], list[Figures]]) -> str:
    known = {who: _medians(told) for who, told in found.items() if told}
    rows = [
        _cells(concurrency, name, told, known.get((concurrency, OURS.name)))
        for (concurrency, name), told in known.items()
    ]
    lines = f"{INPUT} tokens in, {OUTPUT} out, chat, {os.cpu_count()} processors"
    return f"{lines}\n\n{markdown(_HEADER, rows, words=2)}"


def _cells(concurrency: int, name: str, told: Figures, mine: Figures | None) -> list[str]:
    share = told.tokens_per_s / mine.tokens_per_s if mine else None
    return [
        str(concurrency),
        name,
        *(figure(value) for value in (told.ttft_ms, told.tpot_ms, told.tokens_per_s)),
        figure(share, 3),
        figure(told.on_the_way_ms),
        figure(told.tpot_share, 3),
        figure(told.prompt_tokens, 0),
    ]


def _medians(told: Sequence[Figures]) -> Figures:
    columns = zip(*told, strict=True)
    return Figures(*(median(column) for column in columns))  # type: ignore[arg-type]


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
