"""The leaderboard as one self-contained HTML file that needs no server and no network."""

from __future__ import annotations

from benchmark.page.builder import INLINE_ROWS, Facts, Site, build
from benchmark.page.kept import PageKeeper, is_torn, kept_facts, left_over, misfits, page_changes
from benchmark.page.row import Row
from benchmark.page.rows import rows_of

__all__ = [
    "INLINE_ROWS",
    "Facts",
    "PageKeeper",
    "Row",
    "Site",
    "build",
    "is_torn",
    "kept_facts",
    "left_over",
    "misfits",
    "page_changes",
    "rows_of",
]
