"""One publish from files on disk: `python publish_child.py FOLDER`; prints what it took as JSON.

FOLDER/dataset is the dataset, FOLDER/data the submission. `plan` is the dry run after the imports,
`again` another attempt after a conflict, on leaderboards whose sha-256 came with the transfer.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmark import canonical
from benchmark.leaderboard import Revision, Snapshot
from benchmark.plan import plan_for
from benchmark.publish import preview
from benchmark.submission import data_files

if TYPE_CHECKING:
    from collections.abc import Mapping

CHANGED_BY = {"runs": "one commit", "runs/manifest.json": "one commit"}
BOARDS = ("leaderboard_single.json", "leaderboard_multi.json")


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


def _peak_kib() -> int:
    """Not `ru_maxrss`: that begins with the memory of the process that started this one."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0])


def main() -> None:
    """Publish, dry, and print."""
    root, store = Path(sys.argv[1]), FolderStore(Path(sys.argv[1]) / "dataset")
    started = time.perf_counter()
    files = data_files(root / "data")
    done = preview(store, files, month="2026-01")
    took = time.perf_counter() - started
    peak = _peak_kib()
    arrived = Folder(root / "dataset")
    digests = {path: canonical.digest(arrived[path]) for path in BOARDS}
    snapshot = Snapshot(Revision("1" * 40), arrived, CHANGED_BY, digests)
    started = time.perf_counter()
    written = plan_for(snapshot, files, month="2026-01").files
    again = time.perf_counter() - started
    board = done.summary.boards["single"]
    figures = {
        "plan_s": took,
        "again_s": again,
        "peak_bytes": peak * 1024,
        "changes": len(board.changes),
        "total": board.total,
        "files": len(written),
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")


if __name__ == "__main__":
    main()
