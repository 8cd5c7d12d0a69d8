"""Every check, in the order in which they build on one another."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from benchmark.dataset import parse
from benchmark.doctor import files as by_file
from benchmark.doctor import follows, runs
from benchmark.doctor.check import Check
from benchmark.doctor.contents import contents_of
from benchmark.errors import InvalidDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmark.dataset import Dataset
    from benchmark.doctor.check import Problem
    from benchmark.doctor.contents import Contents
    from benchmark.leaderboard import Snapshot

_MOST = 100
"""Problems of one kind that are told."""


def examined(snapshot: Snapshot) -> list[Check]:
    """Look at everything that a dataset holds; nothing is trusted for what another file says.

    Raises:
        HubUnreachableError: if a file could not be read.
    """
    contents = contents_of(snapshot.files)
    readable = Check("readable", contents.unreadable)
    if contents.unreadable:
        return [readable, *_not_made((*_OF_FILES, *_OF_STATE))]
    checks = [readable, *(_check(name, look(contents)) for name, look in _OF_FILES.items())]
    try:
        state = parse(snapshot)
    except InvalidDataError:  # what the fragments' names have told
        return [*checks, *_not_made(_OF_STATE)]
    return [*checks, *(_check(name, look(snapshot, state)) for name, look in _OF_STATE.items())]


def _not_made(names: Iterable[str]) -> list[Check]:
    return [Check(name, (), was_made=False) for name in names]


def _check(name: str, problems: Iterable[Problem]) -> Check:
    return Check(name, tuple(islice(problems, _MOST)))


_OF_FILES: dict[str, Callable[[Contents], Iterable[Problem]]] = {
    "fragment-names": by_file.misnamed,
    "canonical": by_file.not_canonical,
    "no-duplicates": by_file.repeated,
    "schema": runs.of_another_form,
    "no-credentials": runs.with_credentials,
    "files-per-folder": by_file.too_many,
}
_OF_STATE: dict[str, Callable[[Snapshot, Dataset], Iterable[Problem]]] = {
    "nothing-lost": lambda snapshot, state: follows.lost(snapshot.files, state),
    "history-complete": lambda snapshot, state: follows.not_logged(snapshot.files, state),
    "boards-follow": lambda snapshot, state: follows.wrong_boards(snapshot.files, state),
    "taken-down-gone": lambda _, state: runs.back_again(state),
    "no-orphans": lambda _, state: runs.orphans(state),
    "manifest-and-index": follows.wrong_derived,
    "card": follows.wrong_card,
    "page": lambda snapshot, _: follows.wrong_page(snapshot),
    "trail": lambda snapshot, _: follows.wrong_trail(snapshot.files),
}
