"""Which of the kept results are one sweep: the same engine and workload under several loads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.kept_rate import at_kept_rate
from benchmark.measure.sweep import CONCURRENCY, RATE, Sweep, make_sweep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmark.measure.kept import Kept
    from benchmark.measure.slo import Slo

Key = tuple[str, str, str]


def sweeps(kept: Sequence[Kept], slo: Slo | None) -> Iterator[tuple[str, Sweep]]:
    """Each sweep with the name of its workload, in the order they were begun."""
    groups: dict[Key, list[Kept]] = {}
    for one in kept:
        groups.setdefault(_key(one), []).append(one)
    for (engine, workload, kind), group in groups.items():
        if len(group) > 1:
            title = f"{group[0].model_name}, {workload}, {engine}"
            measured = [(_load(one), one.series) for one in group]
            yield workload, make_sweep(title, kind, measured, slo)


def _key(kept: Kept) -> Key:
    cell = kept.measurement.cell
    kind = CONCURRENCY if cell.load.rate is None else RATE
    engine = f"{kept.entry['engine']} {kept.entry['engine_version']}"
    return engine, cell.workload.name, kind


def _load(kept: Kept) -> float:
    """What it is filed under: the rate that was kept, whatever was asked for."""
    load = at_kept_rate(kept.measurement).load
    return load.concurrency if load.rate is None else load.rate
