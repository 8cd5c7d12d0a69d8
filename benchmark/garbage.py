"""Python's cyclic garbage collector, paused where all it could do is cost time."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uncollected() -> Iterator[None]:
    """Importing torch makes a million objects, a plan an object for each of its entries.

    None of them is garbage; looking for it is a quarter of an import, and looks through a hundred
    thousand entries time and again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def uncollected_at_the_end() -> None:
    """A process's last collections look through all it ever imported; nothing is left to find."""
    gc.freeze()
