"""The Action's side: its inputs and its environment, and what a GitHub runner reads from a step.

Text that came from a contributor is data here: it forges no command, output or annotation.
"""

from benchmark.action.commands import (
    ANNOTATIONS_PER_LEVEL,
    MESSAGE_LIMIT,
    Annotation,
    annotate,
    inert,
    mask,
)
from benchmark.action.files import SUMMARY_LIMIT, outputs_of, write_outputs, write_summary
from benchmark.action.subjects import checksums

__all__ = [
    "ANNOTATIONS_PER_LEVEL",
    "MESSAGE_LIMIT",
    "SUMMARY_LIMIT",
    "Annotation",
    "annotate",
    "checksums",
    "inert",
    "mask",
    "outputs_of",
    "write_outputs",
    "write_summary",
]
