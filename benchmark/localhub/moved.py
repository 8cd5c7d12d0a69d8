"""Datasets that were moved are found under their earlier names, until something else has that name.

`NS/NAME.moved`, in lower case, holds the name that the dataset has now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.durable import make_folders, publish_file, sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST_TRAIL = 10
"""A move that was killed may leave a mark that leads to another one."""


def trail(datasets: Path, name: str) -> Iterator[str]:
    """What the dataset that once had this name was called later; one of these it is called now."""
    found = _read(_mark(datasets, name))
    for _ in range(_LONGEST_TRAIL):
        if found is None:
            return
        yield found
        found = _read(_mark(datasets, found))


def will_move(datasets: Path, old: str, new: str) -> None:
    """Before a dataset is renamed: where it still is under the old name, the mark is not asked."""
    _write(_mark(datasets, old), new)


def has_moved(datasets: Path, old: str, new: str) -> None:
    """Afterwards: lead the names that it had before straight to its new one."""
    forget(datasets, new)
    for mark in _leading_to(datasets, old):
        _write(mark, new)


def forget(datasets: Path, name: str) -> None:
    """The name is somebody else's now."""
    _mark(datasets, name).unlink(missing_ok=True)


def forget_all(datasets: Path, name: str) -> None:
    """The dataset with this name is gone: no earlier name may lead to whatever gets its name."""
    for mark in [*_leading_to(datasets, name), _mark(datasets, name)]:
        mark.unlink(missing_ok=True)


def _read(mark: Path) -> str | None:
    """Where a mark leads; another move may take it away meanwhile."""
    try:
        return mark.read_text("ascii")
    except FileNotFoundError:
        return None


def _write(mark: Path, name: str) -> None:
    make_folders(mark.parent)
    publish_file(mark, name.encode("ascii"))
    sync(mark.parent)


def _leading_to(datasets: Path, name: str) -> Iterator[Path]:
    return (mark for mark in datasets.glob("*/*.moved") if _read(mark) == name)


def _mark(datasets: Path, name: str) -> Path:
    namespace, _, base = name.lower().partition("/")
    return datasets / namespace / f"{base}.moved"
