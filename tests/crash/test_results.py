"""The results of a measurement, killed at every system call of their writing."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from benchmark.measure import results
from tests.crash.scenes import Scene, old_or_new_at_every_call

if TYPE_CHECKING:
    from pathlib import Path

_DAY = date(2026, 1, 1)


def picture_in(folder: Path, name: str) -> Scene:
    """A folder of results in which a sweep is to be."""
    (folder / name).mkdir()
    work = partial(write_once, folder / name)
    return Scene(work, partial(visible, folder / name))


def write_once(folder: Path) -> None:
    """Unless it is there."""
    if not visible(folder):
        results.write_sweep(folder, "Q1", _DAY, b"picture")


def visible(folder: Path) -> dict[str, list[str]]:
    """Each folder with a name that is no hidden one, and what is in it."""
    return {
        found.name: sorted(path.name for path in found.iterdir())
        for found in folder.iterdir()
        if not found.name.startswith(".")
    }


def test_a_result_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    """It gets its name when everything is in it."""
    assert old_or_new_at_every_call(partial(picture_in, tmp_path)) > 3
