"""Whether something else used the machine during a measured phase: two readings, no sampler."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.host import counters, processes
from benchmark.measure.messages import NOISE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.measure.host.counters import Counters
    from benchmark.measure.host.processes import Process

MOST_OTHERS = 0.05
"""Share of the CPUs' time: as much as a figure may differ without being called changed."""

MOST_OTHER_CORES = 1.0
"""On a large machine one core is less than that share, yet all threads wait for the slowest."""

MOST_STEAL = 0.02
"""Share of the CPUs' time: less than others may use, because it stops a thread at any moment."""

MOST_STOPPED = 0.01
"""Share of the phase in which the control group's limit stopped at least one CPU."""

_ROUNDING_S = 0.05
"""CPU time that is no evidence: the kernel counts in ticks of 10 ms per CPU."""

_DIGITS = 4


class Snapshot(NamedTuple):
    """The counters before a phase, and the trees of processes they are about."""

    pids: tuple[int | None, ...]
    tree: tuple[Process, ...]
    counters: Counters


class Noise(NamedTuple):
    """What disturbed a phase; None is what the platform does not tell.

    Attributes:
        seconds: length of the phase.
        cpus: CPUs the process tree may run on; shares are of their time.
        others_share: used by processes outside the tree, and by the kernel for anybody.
        steal_share: given to other machines by the hypervisor.
        load_before: processes wanting a CPU, mean of the minute before.
        load_after: the same of the phase's last minute, the measured ones included.
        involuntary_switches_per_s: how often a thread of the tree had to leave its CPU.
        throttle_events: how often heat slowed a CPU.
        quota_stop_share: share of the phase in which the control group's limit stopped the tree.
        mhz: clock of the CPUs at the end, their mean.
    """

    seconds: float
    cpus: int
    others_share: float
    steal_share: float
    load_before: float | None = None
    load_after: float | None = None
    involuntary_switches_per_s: float | None = None
    throttle_events: int | None = None
    quota_stop_share: float | None = None
    mhz: int | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Each thing that was beyond its limit; empty for a quiet machine."""
        others, stopped = self.others_share, self.quota_stop_share or 0.0
        cores = others * self.cpus
        found = {
            NOISE["others"].format(share=others): (
                self._is_evidence(others) and (others > MOST_OTHERS or cores >= MOST_OTHER_CORES)
            ),
            NOISE["steal"].format(share=self.steal_share): (
                self._is_evidence(self.steal_share) and self.steal_share > MOST_STEAL
            ),
            NOISE["heat"].format(count=self.throttle_events): bool(self.throttle_events),
            NOISE["quota"].format(share=stopped): stopped > MOST_STOPPED,
        }
        return tuple(reason for reason, is_true in found.items() if is_true)

    @property
    def is_noisy(self) -> bool:
        """Whether the figures of this phase may be those of a busy machine."""
        return bool(self.reasons)

    def as_json(self) -> dict[str, Json]:
        """For an entry's provenance."""
        values = {name: _round(value) for name, value in self._asdict().items()}
        return {"is_noisy": self.is_noisy, "reasons": [*self.reasons], **values}

    def _is_evidence(self, share: float) -> bool:
        return share * self.cpus * self.seconds > _ROUNDING_S


def start(*pids: int | None) -> Snapshot:
    """Take the first reading.

    Args:
        pids: the roots of the measured processes, None for this process; without any, this one.
    """
    roots = pids or (None,)
    tree = tuple(_trees(roots))
    return Snapshot(roots, tree, counters.read(tree))


def since(snapshot: Snapshot) -> Noise:
    """What disturbed the phase that began with `snapshot`.

    Processes that ended count as the tree's if their parent waited for them, and so do those that
    have left the tree since.
    """
    tree = [*snapshot.tree, *_trees(snapshot.pids)]
    return between(snapshot.counters, counters.read([*dict.fromkeys(tree)]))


def _trees(pids: Sequence[int | None]) -> list[Process]:
    """Each process once, also where one tree is a part of another."""
    return [*dict.fromkeys(process for pid in pids for process in processes.tree(pid))]


def between(before: Counters, after: Counters) -> Noise:
    """The pure part: the difference of two readings.

    The share of others is what the CPUs worked less what the tree's threads ran, over the CPUs'
    time.
    """
    seconds = after.at_s - before.at_s
    cpus = _common_cpus(before, after)
    time_s = seconds * len(cpus)
    busy_s = sum(after.cpus[cpu].busy_s - before.cpus[cpu].busy_s for cpu in cpus)
    steal_s = sum(after.cpus[cpu].steal_s - before.cpus[cpu].steal_s for cpu in cpus)
    stopped_s = _difference(before.quota_stop_s, after.quota_stop_s)
    events = _difference(before.throttle_events, after.throttle_events)
    return Noise(
        seconds=seconds,
        cpus=len(cpus),
        others_share=_share(busy_s - (after.tree_s - before.tree_s), time_s),
        steal_share=_share(steal_s, time_s),
        load_before=before.load,
        load_after=after.load,
        involuntary_switches_per_s=_switches_per_s(before.switches, after.switches, seconds),
        throttle_events=None if events is None else int(events),
        quota_stop_share=None if stopped_s is None else _share(stopped_s, seconds),
        mhz=after.mhz,
    )


def _common_cpus(before: Counters, after: Counters) -> frozenset[int]:
    """Those that the tree may use and that both readings know."""
    known = frozenset(before.cpus) & frozenset(after.cpus)
    if before.allowed is None or after.allowed is None:
        return known
    return known & (before.allowed | after.allowed)


def _switches_per_s(
    before: Mapping[tuple[int, int], int] | None,
    after: Mapping[tuple[int, int], int] | None,
    seconds: float,
) -> float | None:
    """Of the threads that are still there: those that ended took their counts with them."""
    if before is None or after is None or seconds <= 0:
        return None
    return sum(count - before.get(thread, 0) for thread, count in after.items()) / seconds


def _share(part_s: float, whole_s: float) -> float:
    """Between 0 and 1: counters of ticks and of nanoseconds disagree a little."""
    return min(1.0, max(0.0, part_s / whole_s)) if whole_s > 0 else 0.0


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else max(0, after - before)


def _round(value: float | None) -> float | None:
    return round(value, _DIGITS) if isinstance(value, float) else value
