"""Entries out of files and folders that a user names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmark.errors import InvalidDataError, UsageError
from benchmark.i18n import N_
from benchmark.leaderboard import decode_one_or_many
from benchmark.submission import Place, data_places, judge, result_places

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.submission import SubmittedFile


def files_of(paths: Iterable[Path]) -> list[SubmittedFile]:
    """The files named, and those of results in folders named, as `places_of` finds them."""
    return [place.read() for place in places_of(paths)]


def places_of(paths: Iterable[Path]) -> list[Place]:
    """The files named, and every *_leaderboard.json and leaderboard_*.json in folders named.

    Raises:
        UsageError: something is not there.
    """
    return [place for path in paths for place in _places_of(path)]


def entries_of(paths: Iterable[Path]) -> list[Entry]:
    """Every entry in them.

    Raises:
        InvalidDataError: with every violation of every file.
    """
    return [entry for file in good(files_of(paths)) for entry in file.entries]


def good(files: Iterable[SubmittedFile]) -> tuple[SubmittedFile, ...]:
    """These files, none of them invalid.

    Raises:
        InvalidDataError: with every violation of every file.
    """
    judgement = judge(files, known=())
    if judgement.rejected:
        raise InvalidDataError(
            "There are invalid files.", judgement.rejected, hint=N_("Correct what is listed.")
        )
    return judgement.accepted


def _places_of(path: Path) -> list[Place]:
    if path.is_dir():
        return [*data_places(path), *result_places(path)]
    if not os.path.lexists(path):
        raise UsageError(f"{path} does not exist.", hint=N_("Check the path."))
    return [Place(path, decode_one_or_many)]
