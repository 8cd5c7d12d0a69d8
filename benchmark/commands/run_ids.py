"""A run by the first digits of its id, as every verb takes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmark.entry import RunId

_SHORTEST = 8
_WHOLE = re.compile(r"[0-9a-f]{64}")


def find(known: Iterable[RunId], given: str, gone: Iterable[RunId] = ()) -> RunId:
    """The one run id that begins with `given`.

    Args:
        known: the runs to choose from.
        given: the first digits.
        gone: runs that were taken down, to say so.

    Raises:
        UsageError: if there is none, or more than one.
    """
    digits = given.lower()
    matches = [run_id for run_id in known if run_id.startswith(digits)]
    taken_down = [run_id for run_id in gone if run_id.startswith(digits)]
    if len(digits) >= _SHORTEST and not matches and taken_down:
        raise UsageError(
            f"Run {taken_down[0]} was taken down.",
            hint=N_("Nothing of it is left that could be decided on."),
        )
    if len(digits) < _SHORTEST or len(matches) != 1:
        raise UsageError(
            f"{len(matches)} runs begin with {given[:64]!r}.",
            hint=f"Give {_SHORTEST} to 64 digits of one run id; the page and runs/ show them.",
        )
    return matches[0]


def is_whole(given: str) -> bool:
    """Whether it is a run id with all its digits, of a run that is known or not."""
    return _WHOLE.fullmatch(given.lower()) is not None
