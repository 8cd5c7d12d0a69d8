"""Where the leaderboard's page is in a dataset that keeps one."""

from __future__ import annotations

PAGE = "leaderboard.html"
PAGE_DATA = "leaderboard-data.json"
"""What the page fetches where its results are too many to be in it."""


def is_page(path: str) -> bool:
    """Whether a file is the page, or the one beside it."""
    return path in {PAGE, PAGE_DATA}
