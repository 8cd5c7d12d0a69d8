"""The same facts as benchmark.report, in Markdown; pure, and nobody's text becomes Markdown."""

from benchmark.markdown.contrast import contrast_table, gate_summary
from benchmark.markdown.history import history_table
from benchmark.markdown.job import Cleaned, Deed, failure, job_summary
from benchmark.markdown.leaderboard import leaderboard_table
from benchmark.markdown.tables import MOST_ROWS, number

__all__ = [
    "MOST_ROWS",
    "Cleaned",
    "Deed",
    "contrast_table",
    "failure",
    "gate_summary",
    "history_table",
    "job_summary",
    "leaderboard_table",
    "number",
]
