"""The bar that shows how far reading is."""

from __future__ import annotations

import io
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from benchmark import dataset, gate
from benchmark.commands import compare, progress
from benchmark.commands.common import Output
from benchmark.commands.progress import watching
from benchmark.commands.sides import Side
from benchmark.dataset import Dataset
from benchmark.leaderboard import Revision, Snapshot
from benchmark.significance import Evidence
from tests.support.entries import run

if TYPE_CHECKING:
    from benchmark.watch import Watch

OUTPUT = Output(as_json=False, language="en")
LARGE = [progress._MANY] * 3  # noqa: SLF001
GONE = "\x1b[2K"


class Terminal(io.StringIO):
    """Somebody can see what is written."""

    def isatty(self) -> bool:
        """As a terminal."""
        return True


def seen_on(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error is one from now on: pytest has its own while fixtures are made."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    return stream


def gone_through(watch: Watch, sizes: list[int]) -> None:
    """All pieces come, in their order."""
    assert [*watch(iter(range(len(sizes))), sizes)] == [*range(len(sizes))]


def test_a_bar_moves_and_nothing_is_left_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn again at once as time goes by, and by no thread, which would keep others from forks."""
    terminal, before = seen_on(monkeypatch), threading.active_count()
    monkeypatch.setattr(progress, "_REFRESH_S", 0)
    with watching(OUTPUT, "Reading runs") as watch:
        gone_through(watch, LARGE)
        assert threading.active_count() == before
    shown = terminal.getvalue()
    assert "Reading runs" in shown
    assert all(f"{share}%" in shown for share in (0, 33, 67, 100))
    assert GONE in shown.rpartition("%")[2]


@pytest.mark.parametrize(
    ("as_json", "sizes", "is_seen"),
    [(True, LARGE, True), (False, [10] * 300, True), (False, LARGE, False)],
    ids=["beside JSON", "of little", "where nobody sees it"],
)
def test_otherwise_there_is_no_bar(
    monkeypatch: pytest.MonkeyPatch, *, as_json: bool, sizes: list[int], is_seen: bool
) -> None:
    """Nor anything else."""
    terminal = seen_on(monkeypatch)
    monkeypatch.setattr(terminal, "isatty", lambda: is_seen)
    with watching(Output(as_json=as_json, language="en"), "Reading runs") as watch:
        gone_through(watch, sizes)
    assert "Reading" not in terminal.getvalue()


def fails(watch: Watch) -> None:
    """In the midst of it."""
    for _ in watch((1 // (2 - place) for place in range(3)), LARGE):
        pass


def test_a_failure_is_told_where_the_bar_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar is gone before anybody hears of it."""
    terminal = seen_on(monkeypatch)
    with watching(OUTPUT, "Reading runs") as watch, pytest.raises(ZeroDivisionError):
        fails(watch)
    assert GONE in terminal.getvalue().rpartition("%")[2]


def test_reading_a_dataset_is_watched_fragment_by_fragment() -> None:
    """With the bytes of each."""
    files = {
        path: data
        for number in range(3)
        for path, data in Dataset()
        .joined([run(number + 1)])
        .changes(Snapshot(Revision("0" * 40), {}), month=f"2026-0{number + 1}")
        .items()
        if path.startswith("runs/")
    }
    seen: list[int] = []

    def watch(pieces: object, sizes: object) -> object:
        seen.extend(sizes)  # type: ignore[arg-type, call-overload]
        return pieces

    dataset.parse(Snapshot(Revision("0" * 40), files), watch=watch)  # type: ignore[arg-type]
    assert seen == [len(data) for data in files.values()]


def test_comparing_is_watched_configuration_by_configuration() -> None:
    """With the bytes of the runs on both sides."""
    old, new = ([run(tps, model=model) for model in "abc"] for tps in (3, 4))
    before, after = ([*map(Evidence, runs)] for runs in (old, new))
    sizes = [len(one.canonical) + len(other.canonical) for one, other in zip(old, new, strict=True)]
    seen: list[int] = []

    def watch(pieces: object, sizes: object) -> object:
        seen.extend(sizes)  # type: ignore[arg-type, call-overload]
        return pieces

    limits = gate.Limits(0.05, ["throughput_tps"], 0.99)
    found = gate.check(before, after, limits, watch)  # type: ignore[arg-type]
    assert (len(found.contrasts), seen) == (3, sizes)
    sides = Side("old", before), Side("new", after)
    _, _, contrasts = compare._found(*sides, (), 0.95, watch)  # type: ignore[arg-type] # noqa: SLF001
    assert (len(contrasts), seen) == (3, [*sizes, *sizes])
