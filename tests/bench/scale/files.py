"""What is measured on files on disk, without a Hub."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.scale import folders
from tests.bench.scale.folders import SINGLE
from tests.bench.scale.moulds import SPACED, Run
from tests.bench.scale.rows import Found, Point, Row, gigabytes, median, progress
from tests.bench.scale.watched import watched

if TYPE_CHECKING:
    from tests.bench.scale.watched import Spent

CHILD = Path(__file__).with_name("child.py")
COMMAND = (sys.executable, "-m", "benchmark")
ROOT = Path(__file__).resolve().parents[3]

FIVE = "5 new entries onto n, dry run"
MERGE = "first merge of n not canonical"
VALIDATE = "validate n"
REBUILD = "rebuild of n runs"
PLAN = ("plan_s", "plan_cpu_s")


def dry_run(root: Path, count: int, rounds: int) -> Found:
    """Five new entries in a submission of `count`, onto `count`; and another attempt."""
    progress(f"{FIVE}: n = {count:,}")
    folders.publish_folder(root, count)
    files = [root / "dataset" / SINGLE, root / "data" / SINGLE]
    size = sum(file.stat().st_size for file in files)
    references, done = [], []
    for _ in range(rounds):
        references.append(watched(["sha256sum", *files]))
        done.append(_child("publish", root))
    for one in done:
        assert one.said["changes"] == 5, one.said
    peak = median(one.said["peak_bytes"] for one in done)
    what = f"5 new entries in {count:,} onto {count:,}, dry run"
    return Found(
        [
            _beside(what, "plan", done, references, 1.0),
            Row(f"{what}: memory", gigabytes(peak), peak / size, "× both files", 1.5),
            _beside("another attempt after a conflict", "again", done, references, 0.3),
        ],
        [Point(FIVE, count, *(median(one.said[n] for one in done) for n in PLAN), int(peak))],
    )


def _beside(what: str, name: str, done: list[Spent], references: list[Spent], limit: float) -> Row:
    """A row that compares with `sha256sum` of the same files, round by round."""
    pairs = list(zip(done, references, strict=True))
    seconds = median(one.said[f"{name}_s"] / by.seconds for one, by in pairs)
    cpu = median(one.said[f"{name}_cpu_s"] / by.cpu_s for one, by in pairs)
    took = median(one.said[f"{name}_s"] for one in done)
    reference = median(by.seconds for by in references)
    measured = f"{took:.2f} s beside {reference:.2f} s; of CPU {cpu:.2f} ×"
    return Row(what, measured, seconds, "× sha256sum", limit)


def first_merge(root: Path, count: int) -> Found:
    """Two unrelated files that are not canonical, of so many entries together."""
    progress(f"{MERGE}: n = {count:,}")
    folders.merge_folder(root, count // 2)
    done = _child("merge", root)
    assert done.said["total"] == count // 2 * 2, done.said
    took, peak = done.said["plan_s"], done.peak_bytes
    what = f"first merge of two unrelated files of {count // 2:,}"
    return Found(
        [
            Row(what, f"{took:.1f} s, {done.cpu_s:.1f} s of CPU", took, "s", 8),
            Row(f"{what}: memory", "all processes", peak / 1e9, "GB", 2),
        ],
        [Point(MERGE, count, took, done.cpu_s, peak)],
    )


def validate(root: Path, count: int, rounds: int) -> Found:
    """The whole command, on a file of valid entries, and on one that has a broken entry."""
    progress(f"{VALIDATE}: n = {count:,}")
    path, broken = root / SINGLE, root / "broken" / SINGLE
    folders.write_array(path, map(Run, range(count)), SPACED)
    folders.write_broken(broken, path, count // 2)
    done, failed = [], []
    for _ in range(rounds):
        done.append(watched([*COMMAND, "validate", "--json", path], cwd=ROOT))
        failed.append(watched([*COMMAND, "validate", "--json", broken], cwd=ROOT, code=65))
    for one, other in zip(done, failed, strict=True):
        assert one.said["entries"] == other.said["entries"] == count
        assert (len(one.said["rejected"]), len(other.said["rejected"])) == (0, 1)
    took, cpu = median(one.seconds for one in done), median(one.cpu_s for one in done)
    peak = max(one.peak_bytes for one in done)
    more = median(other.seconds / one.seconds for one, other in zip(done, failed, strict=True))
    longer = f"{median(one.seconds for one in failed):.2f} s"
    measured, what = f"{took:.2f} s, {cpu:.2f} s of CPU", f"validate {count:,} entries"
    return Found(
        [
            Row(what, measured, count / took, "entries/s", 1e5, at_least=True),
            Row(f"{what}, one broken", longer, more, "× as long", 1.5),
        ],
        [Point(VALIDATE, count, took, cpu, peak)],
    )


def aggregate(root: Path, count: int, rounds: int) -> Found:
    """The whole command, with results in so many folders."""
    progress(f"aggregate over {count:,} result files")
    folders.results_folder(root / "outputs", count)
    done = []
    for number in range(rounds):
        folder = root / f"data-{number}"
        words = [*COMMAND, "aggregate", "--offline", "--json", "--outputs", root / "outputs"]
        spent = watched([*words, "--data-dir", folder], cwd=ROOT)
        assert spent.said["single"]["total"] == count
        done.append(spent)
    took, cpu = median(one.seconds for one in done), median(one.cpu_s for one in done)
    what = f"aggregate over {count:,} result files"
    return Found([Row(what, f"{took:.1f} s, {cpu:.1f} s of CPU", took, "s", 3)])


def rebuild(root: Path, count: int) -> Found:
    """The whole history, which is found exact."""
    progress(f"{REBUILD}: n = {count:,}")
    folders.history_folder(root, count)
    done = _child("rebuild", root)
    assert (done.said["total"], done.said["changes"]) == (count, 0), done.said
    took, peak = done.said["plan_s"], done.peak_bytes
    measured = f"{took:.1f} s, {done.cpu_s:.1f} s of CPU, {gigabytes(peak)}"
    row = Row(f"rebuild of {count:,} runs", measured, took, "s", 120)
    return Found([row], [Point(REBUILD, count, took, done.cpu_s, peak)])


def help_cold(rounds: int) -> Found:
    """What everybody waits for first."""
    progress("--help")
    done = [watched([*COMMAND, "--help"], cwd=ROOT) for _ in range(3 * rounds)]
    took, cpu = median(one.seconds for one in done), median(one.cpu_s for one in done)
    return Found([Row("--help, cold", f"{cpu:.2f} s of CPU", took, "s", 0.15)])


def _child(kind: str, root: Path) -> Spent:
    return watched([sys.executable, CHILD, kind, root])
