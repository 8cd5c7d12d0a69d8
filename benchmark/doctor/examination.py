"""Every check, in the order in which they build on one another."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from benchmark.dataset import parsed
from benchmark.doctor import files as by_file
from benchmark.doctor import follows, runs
from benchmark.doctor.check import Check
from benchmark.doctor.contents import contents_of
from benchmark.errors import InvalidDataError
from benchmark.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmark.dataset import Dataset
    from benchmark.doctor.check import Problem
    from benchmark.doctor.contents import Contents
    from benchmark.leaderboard import Snapshot
    from benchmark.watch import Watch

_MOST = 100
"""Problems of one kind that are told."""


class _Examined(NamedTuple):
    """What is looked at once every file could be read."""

    snapshot: Snapshot
    contents: Contents
    state: Dataset


def examined(snapshot: Snapshot, watch: Watch = unwatched) -> list[Check]:
    """Look at everything that a dataset holds; nothing is trusted for what another file says.

    Args:
        snapshot: what was read.
        watch: is given the fragments that are read, and the checks that are made.

    Raises:
        HubUnreachableError: if a file could not be read.
    """
    contents = contents_of(snapshot.files, watch)
    return [*watch(_examined(snapshot, contents), _shares(contents))]


def _shares(contents: Contents) -> list[int]:
    """What each check has to do: it goes through everything."""
    size = sum(map(len, contents.files.values()))
    return [size] * (1 + len(_OF_FILES) + len(_OF_STATE))


def _examined(snapshot: Snapshot, contents: Contents) -> Iterator[Check]:
    readable = Check("readable", contents.unreadable)
    yield readable
    if contents.unreadable:
        yield from _not_made((*_OF_FILES, *_OF_STATE))
        return
    yield from (_check(name, look(contents)) for name, look in _OF_FILES.items())
    try:
        state = parsed(contents.files, contents.fragments, contents.boards)
    except InvalidDataError:  # what the fragments' names have told
        yield from _not_made(_OF_STATE)
        return
    for name, look in _OF_STATE.items():
        yield _check(name, look(_Examined(snapshot, contents, state)))


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
_OF_STATE: dict[str, Callable[[_Examined], Iterable[Problem]]] = {
    "nothing-lost": lambda it: follows.lost(it.contents.files, it.state),
    "history-complete": lambda it: follows.not_logged(it.contents.files, it.state),
    "boards-follow": lambda it: follows.wrong_boards(it.contents, it.state),
    "taken-down-gone": lambda it: runs.back_again(it.state),
    "no-orphans": lambda it: runs.orphans(it.state),
    "manifest-and-index": lambda it: follows.wrong_derived(it.snapshot, it.state),
    "card": lambda it: follows.wrong_card(it.snapshot, it.state),
    "page": lambda it: follows.wrong_page(it.snapshot),
    "trail": lambda it: follows.wrong_trail(it.contents.files),
}
