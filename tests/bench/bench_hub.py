"""The embedded Hub beside git and a plain file server, and what it does at size: one table, JSON.

    python tests/bench/bench_hub.py

Figures are medians; where a ratio is compared, both sides were measured in alternation in this run,
so any machine will do. Takes two minutes and 1 GB of disk; `--tiny` ten seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.hub import reading, writing
from tests.bench.scale.rows import progress, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.scale.rows import Row


def measure(options: argparse.Namespace) -> list[Row]:
    """Each in a folder of its own."""
    works: list[Callable[[Path], list[Row]]] = [
        lambda root: writing.measure(root, options.rounds, options.commits),
        lambda root: reading.download(root, options.rounds, options.size),
        lambda root: reading.listing(root, options.files),
    ]
    rows = []
    for work in works:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            rows += work(Path(folder))
    return rows


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure the embedded Hub.")
    parser.add_argument("--commits", type=int, default=100, help="in each round")
    parser.add_argument("--size", type=int, default=170_000_000, help="bytes of the download")
    parser.add_argument("--files", type=int, default=2000, help="and commits, of the listing")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="on the disk to measure; default: as TMPDIR")
    parser.add_argument("--tiny", action="store_true", help="whether all of it works")
    parser.add_argument("--out", type=Path, default=Path("benchmark-results"))
    options = parser.parse_args()
    if options.tiny:
        options.commits, options.size, options.files, options.rounds = 2, 1_000_000, 50, 1
    rows = measure(options)
    options.out.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "processors": len(os.sched_getaffinity(0))}
    value = {"machine": machine, "rows": [row.to_json() for row in rows]}
    (options.out / "hub.json").write_text(json.dumps(value, indent=1), encoding="utf-8")
    sys.stdout.write(f"{table(rows)}\n")
    progress(f"written to {options.out}/hub.json")


if __name__ == "__main__":
    main()
