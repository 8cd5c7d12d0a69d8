"""One piece of work on files on disk, after the imports; prints JSON.

    python tests/bench/scale/child.py KIND FOLDER

FOLDER/dataset is the dataset, FOLDER/data the submission.

publish: `plan_s` is a dry run, `again_s` another attempt after a conflict, on leaderboards whose
sha-256 came with the transfer. merge: everything that would be committed is made. rebuild: the
whole history is read and found exact.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from benchmark import canonical
from benchmark.amend import edited
from benchmark.dataset import BOARD_FILES
from benchmark.leaderboard import Revision, Snapshot
from benchmark.plan import plan_for
from benchmark.publish import preview
from benchmark.submission import data_files
from tests.bench.scale.watched import peak_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MONTH = "2026-01"
CHANGED_BY = {"runs": "one commit", "runs/manifest.json": "one commit"}


class Folder(dict[str, bytes]):
    """The files of a folder, each read when it is asked for; no other is looked at."""

    def __init__(self, folder: Path) -> None:
        """Read nothing yet."""
        super().__init__()
        self.folder = folder

    def __missing__(self, path: str) -> bytes:
        """Read a file."""
        try:
            self[path] = (self.folder / path).read_bytes()
        except FileNotFoundError:
            raise KeyError(path) from None
        return self[path]

    def get(self, path: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
        """As of a dictionary that has them all."""
        try:
            return self[path]
        except KeyError:
            return default


class FolderStore:
    """A dataset in a folder, that was last changed by a commit of ours."""

    def __init__(self, folder: Path) -> None:
        """Read nothing yet."""
        self.folder = folder

    def read(self) -> Snapshot:
        """As Store.read."""
        return Snapshot(Revision("0" * 40), Folder(self.folder), CHANGED_BY)

    def commit(self, files: Mapping[str, bytes], *, parent: Revision, message: str) -> Revision:
        """As Store.commit: nobody may call it."""
        raise AssertionError((files, parent, message))


class Watch:
    """Seconds since it was made, and of them those on a processor."""

    def __init__(self) -> None:
        """Start."""
        self._started = time.perf_counter(), time.process_time()

    def read(self, name: str) -> dict[str, float]:
        """`NAME_s` and `NAME_cpu_s`."""
        seconds, cpu = self._started
        return {
            f"{name}_s": time.perf_counter() - seconds,
            f"{name}_cpu_s": time.process_time() - cpu,
        }


def publish(root: Path) -> dict[str, float]:
    """A dry run, and another attempt."""
    watch = Watch()
    files = data_files(root / "data")
    done = preview(FolderStore(root / "dataset"), files, month=MONTH)
    took = watch.read("plan")
    peak = peak_of("self")
    arrived = Folder(root / "dataset")
    digests = {path: canonical.digest(arrived[path]) for path in BOARD_FILES.values()}
    snapshot = Snapshot(Revision("1" * 40), arrived, CHANGED_BY, digests)
    watch = Watch()
    written = plan_for(snapshot, files, month=MONTH).files
    again = watch.read("again")
    changes = len(done.summary.boards["single"].changes)
    return {**took, **again, "peak_bytes": peak, "changes": changes, "files": len(written)}


def merge(root: Path) -> dict[str, float]:
    """A first merge: of a file that no commit of ours wrote with another."""
    watch = Watch()
    files = data_files(root / "data")
    there = {path.name: path.read_bytes() for path in (root / "dataset").iterdir()}
    plan = plan_for(Snapshot(Revision("0" * 40), there), files, month=MONTH)
    size = sum(map(len, plan.files.values()))
    return {**watch.read("plan"), "total": plan.boards["single"].total, "bytes": size}


def rebuild(root: Path) -> dict[str, float]:
    """All of it is read, as it comes from a Hub: every file in memory."""
    watch = Watch()
    folder = root / "dataset"
    paths = [path for path in folder.rglob("*") if path.is_file()]
    there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    snapshot = Snapshot(Revision("0" * 40), there)
    proposal = edited(snapshot, lambda state: state, month=MONTH)
    found = {"total": len(proposal.dataset.runs), "changes": len(proposal.files)}
    return {**watch.read("plan"), **found}


KINDS = {"publish": publish, "merge": merge, "rebuild": rebuild}


if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps(KINDS[sys.argv[1]](Path(sys.argv[2])))}\n")
