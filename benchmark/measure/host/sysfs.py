"""Small files in which the kernel tells one thing each."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def text(path: Path) -> str | None:
    """What a file says, without blanks around it; None if it is empty or cannot be read."""
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").strip() or None
    return None


def number(path: Path) -> int | None:
    """The whole number that a file holds; None if it holds none or cannot be read."""
    with suppress(ValueError):
        return int(text(path) or "")
    return None
