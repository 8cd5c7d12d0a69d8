"""The tool at size: every row that was promised, in one table; JSON and a plot beside it.

    python tests/bench/bench_scale.py --largest 100000

Figures are medians of whole processes; where a ratio is compared, both sides were measured in
alternation in this run, so any machine will do. The whole takes four minutes on two processors that
have nothing else to do, 8 GB of disk and 10 GB of memory; `--tiny` tells whether all of it works.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.scale import files, hub, plot
from tests.bench.scale.rows import Found, progress, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def measure(options: argparse.Namespace) -> Iterator[Found]:
    """Each row after the other, each in a folder of its own that is gone afterwards."""
    count, rounds, sizes = options.entries, options.rounds, options.sizes
    yield files.help_cold(rounds)
    yield _in_folder(lambda root: hub.onto_history(root, options.runs, options.fragments, rounds))
    yield _in_folder(lambda root: files.dry_run(root, count, rounds))
    yield _in_folder(lambda root: files.first_merge(root, 2 * count))
    yield _in_folder(lambda root: files.validate(root, count, rounds))
    yield _in_folder(lambda root: files.aggregate(root, options.results, rounds))
    yield _in_folder(lambda root: files.rebuild(root, options.runs))
    yield _in_folder(lambda root: hub.at_once(root, 50, count // 5, options.publishers))
    for size in sizes:
        yield from _at(size, options)


def _at(size: int, options: argparse.Namespace) -> Iterator[Found]:
    """Points of the plot; those that a row has measured are there already."""
    if size != options.entries:
        yield _points(lambda root: files.dry_run(root, size, 1))
        yield _points(lambda root: files.validate(root, size, 1))
    if size != 2 * options.entries:
        yield _points(lambda root: files.first_merge(root, size))
    if size != options.runs:
        yield _points(lambda root: files.rebuild(root, size))


def _points(work: Callable[[Path], Found]) -> Found:
    return Found([], _in_folder(work).points)


def _in_folder(work: Callable[[Path], Found]) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        return work(Path(folder))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the tool at size.")
    parser.add_argument("--entries", type=int, default=100_000, help="of the rows")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="of the plot and rebuild")
    parser.add_argument("--results", type=int, default=10_000, help="files that are aggregated")
    parser.add_argument("--publishers", type=int, default=24, help="at once")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median is told")
    parser.add_argument("--tiny", action="store_true", help="whether all of it works")
    parser.add_argument("--out", type=Path, default=Path("benchmark-results"), help="a folder")
    options = parser.parse_args()
    if options.tiny:
        options.entries, options.largest, options.results, options.rounds = 250, 1_000, 20, 1
        options.publishers = 2
    options.runs, options.fragments = options.largest, max(10, options.largest // 100)
    options.sizes = [size for size in SIZES if size <= options.largest]
    return options


def main() -> None:
    """Measure, print and write; what was found before a failure is told too."""
    options = _options()
    found: list[Found] = []
    try:
        for one in measure(options):
            found.append(one)  # noqa: PERF402 - each is kept, whatever comes after it
    finally:
        _tell(found, options.out)


def _tell(found: list[Found], folder: Path) -> None:
    points = [point for one in found for point in one.points]
    rows = [row for one in (*found, plot.growth(points)) for row in one.rows]
    folder.mkdir(parents=True, exist_ok=True)
    value = {
        "machine": {
            "python": platform.python_version(),
            "processors": len(os.sched_getaffinity(0)),
        },
        "rows": [row.to_json() for row in rows],
        "points": [asdict(point) for point in points],
    }
    (folder / "scale.json").write_text(json.dumps(value, indent=1), encoding="utf-8")
    if points:
        plot.draw(points, folder / "scale.png")
    sys.stdout.write(f"{table(rows)}\n")
    progress(f"written to {folder}/: scale.json, scale.png")


if __name__ == "__main__":
    main()
