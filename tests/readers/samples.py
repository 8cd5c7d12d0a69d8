"""Datasets as our commits make them, and the lines that their cards show."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from benchmark.card import queries
from benchmark.dataset import CARD, Dataset, parse
from benchmark.derived import files as derived
from benchmark.leaderboard import Revision, Snapshot, decode
from benchmark.measure.entry_builder import build_entry
from benchmark.plan import full_plan
from benchmark.submission import SubmittedFile
from tests.support import entries
from tests.support.measured import RUN
from tests.support.real_format import public_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmark.entry import Entry

NAME = "lab/results"

_BLOCK = re.compile(r"```python\n(.*?)\n```", re.DOTALL)


def published(*commits: Iterable[Mapping[str, Any]]) -> dict[str, bytes]:
    """The files of a dataset after publishes of these entries, one each month."""
    snapshot = Snapshot(Revision("r"), {}, name=NAME)
    with mock.patch.object(derived, "FEW", 0):
        for month, rows in enumerate(commits, 1):
            data = json.dumps(list(rows)).encode()
            file = SubmittedFile(Path("f"), "f", data, decode)
            plan = full_plan(snapshot, [file], month=f"2026-{month:02}")
            assert not plan.judgement.rejected
            snapshot = Snapshot(Revision("r"), {**snapshot.files, **plan.files}, name=NAME)
    return dict(snapshot.files)


def odd() -> list[dict[str, Any]]:
    """Entries that differ in every way that the format allows: fields, types, names."""
    return [
        entries.data({"engine": "1.10", "engine_version": "2", "metrics.peak_mem_mb": 0.5}),
        entries.data({"metrics.tpot_ms": None, "kv_cache_config": None, "workload.turns": 4}),
        entries.data(
            {"model.parameters": 7, "model.name": "a'b\"c|<d>é\U0001f600", "future": {"a": [1]}}
        ),
        entries.data({"model.parameters": "7B", "model.name": "{}", "future": "text"}),
        entries.data({"model.parameters": None, "model.name": "1", "future": None}),
        entries.data({"metrics.throughput_tps": 1e9 + 1 / 3, "model.name": "x" * 500, "a.b": 1}),
        entries.data(
            {"metrics.throughput_tps": 1e-9, "model.name": "y", "provenance": {"weights": 3}}
        ),
        entries.data(
            {"metrics.throughput_tps": 0, "model.name": "z", "provenance": {"weights": "b"}}
        ),
        dict(entries.multi_node({"metrics.new": {"deep": [None, 1.5, "a"]}}).data),
    ]


DATASETS: dict[str, dict[str, bytes]] = {
    "public": published(public_entries()),
    "ours": published([build_entry(RUN)]),
    "odd": published(odd()[:1], odd()[1:4], odd()[4:], public_entries(), [build_entry(RUN)]),
    "none ranked": published([entries.data({"metrics.throughput_tps": 0})]),
    "empty": dict(Dataset().changes(Snapshot(Revision("r"), {}, name=NAME), month="2026-01")),
}


def lines_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Library → the lines that the card shows for it."""
    found = _BLOCK.findall(files[CARD].decode())
    return dict(zip(queries.ALL, found, strict=True))


def in_clone(code: str, clone: Path) -> str:
    """The same lines for a clone."""
    return code.replace(f"hf://datasets/{NAME}", str(clone)).replace(f'"{NAME}"', f'"{clone}"')


def runs_in(dataset: str) -> list[Entry]:
    """Every run of it."""
    return list(parse(Snapshot(Revision("r"), DATASETS[dataset])).runs.values())


def ranked_in(dataset: str, board: str = "single") -> list[Entry]:
    """What a leaderboard of it has."""
    return list(parse(Snapshot(Revision("r"), DATASETS[dataset])).boards[board].values())


def speeds(found: Iterable[Entry]) -> list[tuple[Any, float]]:
    """Model and throughput of each, sorted."""
    return sorted(
        (run.at("model", "name"), run.number("metrics", "throughput_tps")) for run in found
    )


def fastest(found: Iterable[Entry]) -> dict[Any, float]:
    """Model → the highest throughput of it."""
    return dict(speeds(found))
