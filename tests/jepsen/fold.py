"""What a dataset means, once more: from bytes, by the letter of the format, as simply as it goes.

Nothing of it is the product's. It knows the runs of `workload` only: of what makes a configuration
they differ in model and nodes, and what is wrong with one it says itself.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

JUDGED = False
"""Whether releases tell sound from doubtful and impossible entries."""

SINGLE, MULTI = "leaderboard_single.json", "leaderboard_multi.json"


class Run(NamedTuple):
    """A line of `runs/`.

    Attributes:
        run_id: the sha-256 of the line.
        board: the file it may be ranked in.
        model: which configuration it is of, within that file.
        rank: the smallest of a configuration is its best.
        eligible: whether it may be ranked.
        line: its bytes.
    """

    run_id: str
    board: str
    model: str
    rank: tuple[Any, ...]
    eligible: bool
    line: bytes


def runs_in(fragment: bytes) -> list[Run]:
    """The runs in a file of `runs/`."""
    return [_run(line) for line in fragment.split(b"\n") if line]


def board(runs: Iterable[Run], name: str) -> bytes:
    """The file `name` of a dataset whose runs, without those taken back, are these."""
    best: dict[str, Run] = {}
    for run in runs:
        if run.board == name and run.eligible:
            holder = best.get(run.model)
            if holder is None or run.rank < holder.rank:
                best[run.model] = run
    lines = [best[model].line for model in sorted(best)]
    return b"[\n" + b",\n".join(lines) + b"\n]\n" if lines else b"[]\n"


def _run(line: bytes) -> Run:
    item = json.loads(line)
    run_id = sha256(line).hexdigest()
    metrics, kind = item["metrics"], item["metadata"]["notes"]
    rank = (
        JUDGED and kind == "doubtful",
        -metrics["throughput_tps"],
        metrics["ttft_ms"],
        metrics["error_rate"],
        item["metadata"]["submitted_at"],
        run_id,
    )
    name = MULTI if (item["cluster"] or {}).get("node_count", 1) > 1 else SINGLE
    eligible = kind != "failing" and not (JUDGED and kind == "impossible")
    return Run(run_id, name, item["model"]["name"], rank, eligible, line)
