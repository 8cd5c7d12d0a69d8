"""What a dataset means, once more: from bytes, by the letter of the format, as simply as it goes.

Nothing of it is the product's. It knows the runs of `workload` only: of what makes a configuration
they differ in model and nodes, and what is wrong with one it says itself.
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_JUDGED = {"doubtful", "impossible"}
SINGLE, MULTI = "leaderboard_single.json", "leaderboard_multi.json"


class Run(NamedTuple):
    """A line of `runs/`.

    Attributes:
        run_id: the sha-256 of the line.
        board: the file it may be ranked in.
        model: which configuration it is of, within that file.
        kind: what it is by its own figures: see `workload`.
        figures: among runs of one kind, the smallest is the best.
        line: its bytes.
    """

    run_id: str
    board: str
    model: str
    kind: str
    figures: tuple[Any, ...]
    line: bytes


def runs_in(fragment: bytes) -> list[Run]:
    """The runs in a file of `runs/`."""
    return [_run(line) for line in fragment.split(b"\n") if line]


def board(runs: Iterable[Run], name: str, confirmed: Collection[str] = ()) -> bytes:
    """The file `name` of a dataset whose runs, without those taken back, are these."""
    best: dict[str, tuple[tuple[Any, ...], bytes]] = {}
    for run in runs:
        kind = "sound" if run.kind in _JUDGED and run.run_id in confirmed else run.kind
        if run.board == name and kind in {"sound", "doubtful"}:
            placed = ((kind == "doubtful", *run.figures), run.line)
            best[run.model] = min(placed, best.get(run.model, placed))
    lines = [best[model][1] for model in sorted(best)]
    return b"[\n" + b",\n".join(lines) + b"\n]\n" if lines else b"[]\n"


def _run(line: bytes) -> Run:
    item = json.loads(line)
    run_id, metrics = sha256(line).hexdigest(), item["metrics"]
    figures = (
        -metrics["throughput_tps"],
        metrics["ttft_ms"],
        metrics["error_rate"],
        datetime.fromisoformat(item["metadata"]["submitted_at"].replace("Z", "+00:00")),
        run_id,
    )
    name = MULTI if (item["cluster"] or {}).get("node_count", 1) > 1 else SINGLE
    return Run(run_id, name, item["model"]["name"], item["metadata"]["notes"], figures, line)
