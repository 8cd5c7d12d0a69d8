"""What is measured with the embedded Hub, which is in this process: its time is not a client's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.utils import disable_progress_bars

from benchmark import canonical
from benchmark.entry import RunId
from benchmark.hub import outline
from benchmark.localhub import failures
from tests.bench.scale import folders
from tests.bench.scale.folders import SINGLE
from tests.bench.scale.moulds import Run, in_order
from tests.bench.scale.rows import Found, Row, median, progress
from tests.bench.scale.watched import watched
from tests.support import entries
from tests.support.publishers import REPO, WRITE_TOKEN, at, dataset_hub, submission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.localhub.testing import RunningHub

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "merge_and_upload.py"
CONFIGURATIONS = 1_000

disable_progress_bars()


def onto_history(root: Path, runs: int, fragments: int, rounds: int) -> Found:
    """Three runs onto a dataset of many, of which nothing is read; and nothing to publish."""
    progress(f"3 entries onto a history of {runs:,} runs in {fragments:,} fragments")
    ids = [RunId(canonical.digest(b"%d" % number)) for number in range(runs)]
    files = _dataset(root / "made", CONFIGURATIONS, ids)
    with dataset_hub(root / "hub") as hub:
        history = (f"runs/2026-01/{number:064x}.jsonl" for number in range(fragments))
        hub.write(REPO, dict.fromkeys(history, b"{}\n"))
        _commit(hub, files)
        place = submission(root / "w", *(entries.run(1, model=f"m{at}") for at in range(3)))
        (root / "nothing").mkdir()
        three = [_cpu_of(hub, place) for _ in range(rounds)]
        nothing = [_cpu_of(hub, root / "nothing") for _ in range(rounds)]
        assert not [record for record in hub.requests if ".jsonl" in record.path]
    what = f"3 entries onto {runs:,} runs in {fragments:,} fragments, none of them read"
    return Found(
        [
            Row(what, f"beside {CONFIGURATIONS:,} leaders", median(three), "s of CPU", 2),
            Row("publish with nothing to do, cold", "", median(nothing), "s of CPU", 0.6),
        ]
    )


def at_once(root: Path, few: int, many: int, publishers: int) -> Found:
    """So many publish at the same time, a commit takes 50 ms: onto few entries, and onto many."""
    done = [_all_kept(root / str(count), count, publishers) for count in (few, many)]
    what = f"{publishers} at once onto {many:,}, all kept"
    measured = " beside ".join(f"{took:.1f} s, {tries} attempts" for took, tries in reversed(done))
    return Found([Row(what, measured, done[1][0] / done[0][0], f"× onto {few}", 2)])


def _all_kept(root: Path, count: int, publishers: int) -> tuple[float, int]:
    """Seconds until the last has ended, and attempts of all together."""
    progress(f"{publishers} publishers at once onto {count:,}")
    with dataset_hub(root / "hub") as hub:
        _commit(hub, _dataset(root / "made", count))
        hub.faults.always(failures.latency(0.05))
        places = [
            submission(root / f"p{number}", entries.run(1, model=f"m{number}"))
            for number in range(publishers)
        ]
        started = time.perf_counter()
        running = [_start(hub, place) for place in places]
        told = [json.loads(process.communicate()[0]) for process in running]
        took = time.perf_counter() - started
        assert all(one["changed"] for one in told)
        assert hub.files(REPO)[SINGLE].count(b"entry_id") == count + publishers
    return took, sum(one["attempts"] for one in told)


def _dataset(folder: Path, count: int, history: Sequence[RunId] = ()) -> dict[str, bytes]:
    folders.write_dataset(folder, in_order(map(Run, range(count))), history)
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _commit(hub: RunningHub, files: Mapping[str, bytes]) -> None:
    """As a publisher does, for large files to be what they are on a Hub."""
    api = HfApi(endpoint=hub.endpoint, token=WRITE_TOKEN)
    operations = [CommitOperationAdd(path, data) for path, data in files.items()]
    title = outline.titled("made", files)
    api.create_commit(REPO, operations, commit_message=title, repo_type="dataset")


def _start(hub: RunningHub, place: Path) -> subprocess.Popen[bytes]:
    """A publish as people start it, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-I", SCRIPT, "--json"],
        cwd=place,
        env={**os.environ, **at(hub)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _cpu_of(hub: RunningHub, place: Path) -> float:
    """CPU seconds of a dry run."""
    command = [sys.executable, "-I", SCRIPT, "--json", "--dry-run"]
    spent = watched(command, cwd=place, env=at(hub))
    assert spent.said["changed"] == (place.name == "w")
    return spent.cpu_s
