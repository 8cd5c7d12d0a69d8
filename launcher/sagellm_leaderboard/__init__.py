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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn

_PRIVATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "private")
_INSTALLED = {"site-packages", "dist-packages"}


def come_before_others() -> None:
    """Look for `benchmark` in `private` first, but after the standard library and PYTHONPATH."""
    if _PRIVATE in sys.path or not os.path.isdir(_PRIVATE):
        return
    places = (i for i, entry in enumerate(sys.path) if os.path.basename(entry) in _INSTALLED)
    sys.path.insert(next(places, len(sys.path)), _PRIVATE)


def main() -> NoReturn:
    """The command line; no `benchmark` that PYTHONPATH names stands in for ours."""
    if os.path.isdir(_PRIVATE):
        sys.path.insert(0, _PRIVATE)
    from benchmark.cli import main as command_line  # noqa: PLC0415 - found only now

    command_line()
