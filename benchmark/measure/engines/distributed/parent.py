"""End with the process that started this one, even if that was killed."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal

_PR_SET_PDEATHSIG = 1
"""https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html"""


def end_with(parent: int, number: signal.Signals) -> None:
    """Have the kernel send a signal when the parent's starting thread ends; only Linux can.

    Args:
        parent: process id of the parent; if it is gone already, this process leaves now.
        number: the signal.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:
        sys.exit(1)
