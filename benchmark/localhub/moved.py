"""Datasets that were moved are found under their earlier names, until something else has that name.

`NS/NAME.moved`, in lower case, holds the name that the dataset has now.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from benchmark.localhub.durable import make_folders, publish_file, sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def new_name(datasets: Path, name: str) -> str | None:
    """What the dataset that once had this name is called now; None if there was none."""
    try:
        return _mark(datasets, name).read_text("ascii")
    except FileNotFoundError:
        return None


def remember(datasets: Path, old: str, new: str) -> None:
    """Lead every name that the dataset has had to its new one, durably."""
    forget(datasets, new)
    for mark in [*_leading_to(datasets, old), _mark(datasets, old)]:
        make_folders(mark.parent)
        publish_file(mark, new.encode("ascii"))
        sync(mark.parent)


def forget(datasets: Path, name: str) -> None:
    """The name is somebody else's now."""
    _mark(datasets, name).unlink(missing_ok=True)


def forget_all(datasets: Path, name: str) -> None:
    """The dataset with this name is gone: no earlier name may lead to whatever gets its name."""
    for mark in [*_leading_to(datasets, name), _mark(datasets, name)]:
        mark.unlink(missing_ok=True)


def _leading_to(datasets: Path, name: str) -> Iterator[Path]:
    for mark in datasets.glob("*/*.moved"):
        # Another move may take it away meanwhile.
        with suppress(FileNotFoundError):
            if mark.read_text("ascii") == name:
                yield mark


def _mark(datasets: Path, name: str) -> Path:
    namespace, _, base = name.lower().partition("/")
    return datasets / namespace / f"{base}.moved"
