"""A publish at any size against `sha256sum` of its two files, and against itself.

    python tests/bench/bench_publish.py --entries 100000 --publishers 24

Prints one JSON object. Every figure is a median over rounds of whole processes; ratios are made
within a round, so any machine will do. The Hub is the embedded one, in this process: its share of
the time is not a client's. `--history` makes a dataset of a million runs in 10,000 fragments.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmark import canonical
from benchmark.dataset import BOARD_FILES
from benchmark.derived import MANIFEST, BoardFact, Manifest
from benchmark.derived.index import shards
from benchmark.entry import Entry
from benchmark.leaderboard import encode
from benchmark.localhub import failures
from tests.bench import boards
from tests.support import entries
from tests.support.publishers import REPO, at, dataset_hub, submission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmark.entry import RunId
    from benchmark.localhub.testing import RunningHub

CHILD = Path(__file__).with_name("publish_child.py")
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "merge_and_upload.py"
SINGLE = BOARD_FILES["single"]


def dataset_of(lines: list[Entry], history: Iterable[RunId] = ()) -> dict[str, bytes]:
    """The files of a dataset as a commit of ours leaves it, but for its fragments."""
    contents = {"single": encode(lines), "multi": encode(())}
    facts = {
        name: BoardFact(canonical.digest(data), data.count(b"entry_id"))
        for name, data in contents.items()
    }
    runs = [*(entry.run_id for entry in lines), *history]
    return {
        **{BOARD_FILES[name]: data for name, data in contents.items()},
        **shards(runs),
        "README.md": b"---\nconfigs: []\n---\n",
        MANIFEST: Manifest(facts, None, None, len(runs)).encode(),
    }


def five_new(lines: list[Entry]) -> list[Entry]:
    """Three better runs and two new configurations."""
    size = len(lines)
    better = [
        {**lines[at].data, "metrics": {**lines[at].data["metrics"], "throughput_tps": 1e6}}
        for at in (0, size // 3, size // 2)
    ]
    return [Entry(item) for item in (*better, *boards.entries(2, family="new"))]


def prepare(root: Path, count: int) -> None:
    """A dataset, and a submission that has all of it and five runs more."""
    lines = [Entry(entry) for entry in boards.entries(count)]
    files = {f"dataset/{path}": data for path, data in dataset_of(lines).items()}
    new = five_new(lines)
    replaced = {entry.config_key for entry in new}
    kept = [entry for entry in lines if entry.config_key not in replaced]
    files[f"data/{SINGLE}"] = encode([*kept, *new])
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def dry_runs(root: Path, rounds: int) -> dict[str, float]:
    """Ratios to `sha256sum` of the two files, and of the peak memory to their size."""
    files = [root / "dataset" / SINGLE, root / "data" / SINGLE]
    size = sum(file.stat().st_size for file in files)
    found: list[dict[str, float]] = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run(["sha256sum", *files], check=True, stdout=subprocess.DEVNULL)
        reference = time.perf_counter() - started
        told = json.loads(subprocess.check_output([sys.executable, CHILD, root]))
        assert told["changes"] == 5
        found.append(
            {
                "sha256sum_s": reference,
                "dry_run_by_sha256sum": told["plan_s"] / reference,
                "another_attempt_by_sha256sum": told["again_s"] / reference,
                "peak_memory_by_files": told["peak_bytes"] / size,
            }
        )
    return {name: _median(one[name] for one in found) for name in found[0]}


def with_history(folder: Path, rounds: int) -> dict[str, float]:
    """Three runs onto a dataset of a million runs, of which nothing is read: CPU seconds."""
    ids: Any = (canonical.digest(b"%d" % number) for number in range(1_000_000))
    files = dataset_of([Entry(entry) for entry in boards.entries(1_000)], ids)
    fragments = {f"runs/2026-01/{number:064x}.jsonl": b"{}\n" for number in range(10_000)}
    with dataset_hub(folder / "hub") as hub:
        hub.write(REPO, {**files, **fragments})
        runs = [entries.run(1, model=f"m{number}") for number in range(3)]
        place = submission(folder / "w", *runs)
        empty = folder / "nothing"
        empty.mkdir()
        took = [_cpu_of(hub, place, "--dry-run") for _ in range(rounds)]
        assert "tree" not in {record.operation for record in hub.requests}
        nothing = [_cpu_of(hub, empty, "--dry-run") for _ in range(rounds)]
    return {"three_runs_onto_a_million_cpu_s": _median(took), "nothing_cpu_s": _median(nothing)}


def at_once(folder: Path, count: int, publishers: int) -> float:
    """Seconds until so many publishers have all added a run; a commit takes 50 ms."""
    with dataset_hub(folder / "hub") as hub:
        hub.write(REPO, dataset_of([Entry(entry) for entry in boards.entries(count)]))
        hub.faults.always(failures.latency(0.05))
        places = [
            submission(folder / f"p{number}", entries.run(1, model=f"m{number}"))
            for number in range(publishers)
        ]
        started = time.perf_counter()
        running = [_start(hub, place) for place in places]
        told = [json.loads(process.communicate()[0]) for process in running]
        took = time.perf_counter() - started
        assert all(one["changed"] for one in told)
        assert hub.files(REPO)[SINGLE].count(b"entry_id") == count + publishers
    return took


def _start(hub: RunningHub, place: Path, *options: str) -> subprocess.Popen[bytes]:
    """A publish as people start it, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-I", SCRIPT, "--json", *options],
        cwd=place,
        env={**os.environ, **at(hub)},
        stdout=subprocess.PIPE,
    )


def _cpu_of(hub: RunningHub, place: Path, *options: str) -> float:
    """CPU seconds of a publish."""
    process = _start(hub, place, *options)
    assert process.stdout is not None
    told = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    assert (status, told["changed"]) == (0, place.name == "w")
    return usage.ru_utime + usage.ru_stime


def _median(values: Iterable[float]) -> float:
    return round(statistics.median(values), 3)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure publishes at size.")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--publishers", type=int, default=0, help="24 at once, 20,000 entries.")
    parser.add_argument("--history", action="store_true")
    options = parser.parse_args()
    figures: dict[str, Any] = {"entries": options.entries}
    figures |= _in_a_folder(lambda root: _dry(root, options.entries, options.rounds))
    if options.history:
        figures |= _in_a_folder(lambda root: with_history(root, options.rounds))
    if options.publishers:
        small, large = (
            _in_a_folder(lambda root, size=size: at_once(root, size, options.publishers))
            for size in (50, 20_000)
        )
        figures |= {"publishers_s": round(large, 1), "publishers_by_small": round(large / small, 2)}
    sys.stdout.write(f"{json.dumps(figures)}\n")


def _dry(root: Path, count: int, rounds: int) -> dict[str, float]:
    prepare(root, count)
    return dry_runs(root, rounds)


def _in_a_folder(measure: Callable[[Path], Any]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder))


if __name__ == "__main__":
    main()
