"""Python's cyclic garbage collector, paused where all it could do is cost time."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def while_importing() -> Iterator[None]:
    """Importing torch makes a million objects and no garbage; looking for it is a quarter of it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def until_the_end() -> None:
    """A process's last collections look through all it ever imported; nothing is left to find."""
    gc.freeze()
