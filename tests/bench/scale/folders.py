"""Datasets, submissions and results of any size as folders on disk, written piece by piece."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from benchmark import canonical, card
from benchmark.card.top import MOST_BYTES
from benchmark.dataset import BOARD_FILES, CARD, fragment_path
from benchmark.derived import MANIFEST, TRAIL, BoardFact, Manifest
from benchmark.derived.index import shards
from benchmark.derived.trail import Trail
from benchmark.entry import RunId
from benchmark.leaderboard import encode
from tests.bench.scale.moulds import CANONICAL, INDENTED, LINES, SPACED, Run, in_order, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tests.bench.scale.moulds import Spelling

SINGLE = BOARD_FILES["single"]
RUNS_IN_A_FRAGMENT = 100
RUNS_OF_A_CONFIGURATION = 10


class Written(NamedTuple):
    """A leaderboard file: what the manifest says of it, and the runs in it."""

    fact: BoardFact
    run_ids: list[RunId]


def publish_folder(root: Path, count: int) -> None:
    """A dataset of so many configurations, and a submission that has it all and five runs more."""
    runs = in_order(map(Run, range(count)))
    write_dataset(root / "dataset", runs)
    better = {runs[at].number for at in (0, count // 3, count // 2)}
    changed = [run._replace(faster=1) if run.number in better else run for run in runs]
    new = [Run(number, family="new") for number in range(2)]
    write_board(root / "data" / SINGLE, in_order([*changed, *new]))


def merge_folder(root: Path, count: int) -> None:
    """Two unrelated files of so many entries as earlier tools wrote them, in order of arrival."""
    write_array(root / "dataset" / SINGLE, map(Run, range(count)), SPACED)
    write_array(root / "data" / SINGLE, (Run(at, family="other") for at in range(count)), INDENTED)


def history_folder(root: Path, count: int) -> None:
    """A dataset of so many runs, ten of each configuration, a hundred in a fragment."""
    folder, run_ids = root / "dataset", list[RunId]()
    runs = [
        Run(number, faster=faster)
        for number in range(count // RUNS_OF_A_CONFIGURATION)
        for faster in range(RUNS_OF_A_CONFIGURATION)
    ]
    for first in range(0, len(runs), RUNS_IN_A_FRAGMENT):
        lines = list(texts(runs[first : first + RUNS_IN_A_FRAGMENT], LINES))
        run_ids += map(_run_id, lines)
        content = b"".join(line + b"\n" for line in lines)
        _write(folder / fragment_path(content, "2026-01"), content)
    best = in_order(run for run in runs if run.faster == RUNS_OF_A_CONFIGURATION - 1)
    write_dataset(folder, best, run_ids)


def results_folder(outputs: Path, count: int) -> None:
    """Result files, each in a folder of its own, as `run` writes them."""
    for number, text in enumerate(texts(map(Run, range(count)), INDENTED)):
        folder = outputs / "cpu" / f"model-{number:07}" / "Q1_20260101_001"
        _write(folder / "Q1_leaderboard.json", text + b"\n")


def write_dataset(folder: Path, board: Sequence[Run], history: Sequence[RunId] = ()) -> None:
    """A dataset as a commit of ours leaves it, but for its fragments.

    Args:
        folder: where.
        board: the leaderboard, in order.
        history: every run, unless all of them are on the leaderboard.
    """
    written = write_board(folder / SINGLE, board)
    none = encode(())
    _write(folder / BOARD_FILES["multi"], none)
    facts = {"single": written.fact, "multi": BoardFact(canonical.digest(none), 0)}
    run_ids = history or written.run_ids
    manifest = Manifest(facts, {}, len(run_ids)).encode()
    trail = Trail({name: fact.sha256 for name, fact in facts.items()}, ()).encode()
    derived = {MANIFEST: manifest, TRAIL: trail, **shards(run_ids)}
    for path, data in {CARD: _card(folder), **derived}.items():
        _write(folder / path, data)


def _card(folder: Path) -> bytes:
    """Of a large leaderboard it says nothing but that it is large."""
    path = folder / SINGLE
    board = path.read_bytes() if path.stat().st_size <= MOST_BYTES else bytes(MOST_BYTES + 1)
    return card.written(None, [board, encode(())], (), name="") or b""


def write_board(path: Path, runs: Sequence[Run]) -> Written:
    """A leaderboard file of these runs, which are in order."""
    run_ids = list[RunId]()

    def noted() -> Iterable[bytes]:
        for text in texts(runs, CANONICAL):
            run_ids.append(_run_id(text))
            yield text

    digest = _write_texts(path, noted(), CANONICAL)
    return Written(BoardFact(canonical.Digest(digest), len(runs)), run_ids)


def write_array(path: Path, runs: Iterable[Run], spelling: Spelling) -> None:
    """A file of these runs."""
    _write_texts(path, texts(runs, spelling), spelling)


def write_broken(path: Path, good: Path, number: int) -> None:
    """The same file, in which the TTFT of one entry is below 0."""
    data, mark = good.read_bytes(), b'"ttft_ms": '
    at = data.index(mark, data.index(b'"%08x-' % number)) + len(mark)
    _write(path, data[:at] + b"-" + data[at:])


def _write_texts(path: Path, written: Iterable[bytes], spelling: Spelling) -> str:
    """The sha-256 of what is written, in hexadecimal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hasher, before = sha256(), spelling.opening
    with path.open("wb") as file:
        for text in written:
            for piece in (before, text):
                hasher.update(piece)
                file.write(piece)
            before = spelling.between
        hasher.update(spelling.closing)
        file.write(spelling.closing)
    return hasher.hexdigest()


def _run_id(text: bytes) -> RunId:
    return RunId(canonical.digest(text))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
