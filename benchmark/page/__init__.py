"""The leaderboard as one self-contained HTML file that needs no server and no network."""

from __future__ import annotations

from benchmark.page.builder import Row, build

__all__ = ["Row", "build"]
