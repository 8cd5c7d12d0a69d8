"""The door to an installed `benchmark`, which other packages install under the same name.

isagellm-kv-cache, a part of sageLLM, has a top-level package `benchmark` too: where both are in one
environment, whichever was installed last would overwrite the other's files, and whichever is
uninstalled would remove them. So ours is installed into a folder of its own, `private`, which
`sagellm_leaderboard.pth` puts before the installed packages whenever Python starts. In a checkout
there is no such folder, and `benchmark` is found where it is.

It runs at every start of Python in its environment: nothing is imported here that is not needed.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
"""As type checkers know it; `typing` takes longer to import than all the rest."""

if TYPE_CHECKING:
    from typing import NoReturn

_HERE = os.path.dirname(os.path.abspath(__file__))
_PRIVATE = os.path.join(_HERE, "private")
_CHECKOUT = os.path.dirname(os.path.dirname(_HERE))
_INSTALLED = {"site-packages", "dist-packages"}


def come_before_others() -> None:
    """Look for `benchmark` in `private` first, but after the standard library and PYTHONPATH."""
    if _PRIVATE in sys.path or not os.path.isdir(_PRIVATE):
        return
    places = (i for i, entry in enumerate(sys.path) if os.path.basename(entry) in _INSTALLED)
    sys.path.insert(next(places, len(sys.path)), _PRIVATE)


def main() -> NoReturn:
    """The command line; no `benchmark` of PYTHONPATH or another package stands in for ours."""
    sys.path.insert(0, _PRIVATE if os.path.isdir(_PRIVATE) else _CHECKOUT)
    from benchmark.cli import main as command_line  # noqa: PLC0415 - found only now

    command_line()
