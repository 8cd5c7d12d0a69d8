"""The leaderboard as one self-contained HTML file that needs no server and no network."""

from __future__ import annotations

from benchmark.page.builder import INLINE_ROWS, Facts, Site, build
from benchmark.page.row import Row

__all__ = ["INLINE_ROWS", "Facts", "Row", "Site", "build"]
