"""What disturbed a phase: the arithmetic, and a real process that disturbs."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from benchmark.measure.host import counters, noise
from benchmark.measure.host.counters import Counters, CpuUse
from benchmark.measure.host.noise import Noise

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    Start = Callable[[str], AbstractContextManager[subprocess.Popen[str]]]

BURN = "import time; end = time.process_time() + {s}\nwhile time.process_time() < end: pass"
BURNING_CHILD = (
    "import subprocess, sys; print('ready', flush=True); input()\n"
    f"subprocess.run([sys.executable, '-c', {BURN.format(s=0.5)!r}])\n"
    "print('done', flush=True); input()"
)
IDLE = "print('ready', flush=True); input()"
BEFORE = Counters(
    at_s=100.0,
    cpus={0: CpuUse(10, 1), 1: CpuUse(20, 1), 2: CpuUse(30, 0), 3: CpuUse(0, 0)},
    allowed=frozenset({0, 1}),
    tree_s=5.0,
    switches={(1, 1): 100, (1, 2): 50},
    throttle_events=3,
    quota_stop_s=1.0,
    load=0.5,
)
QUIET = Noise(10.0, 4, others_share=0.01, steal_share=0.0)


def after(**changes: object) -> Counters:
    """Ten seconds later, in which the tree used 12 s on the CPUs 0 and 1."""
    cpus = {0: CpuUse(17, 1), 1: CpuUse(25, 1), 2: CpuUse(30, 0), 3: CpuUse(0, 0)}
    return BEFORE._replace(at_s=110.0, cpus=cpus, tree_s=17.0)._replace(**changes)  # type: ignore[arg-type]


def test_what_only_the_tree_used_is_no_noise() -> None:
    """Twelve of twenty CPU seconds, all ours."""
    found = noise.between(BEFORE, after())
    assert (found.seconds, found.cpus, found.others_share) == (10.0, 2, 0.0)
    assert not found.is_noisy


def test_work_that_is_not_the_trees_is_the_others() -> None:
    """Three of twenty CPU seconds."""
    found = noise.between(BEFORE, after(tree_s=14.0))
    assert found.others_share == pytest.approx(0.15)
    assert found.reasons == ("other processes used 15% of the CPUs",)


def test_cpus_the_tree_may_not_use_do_not_count() -> None:
    """Others may be as busy as they like there."""
    cpus = {**after().cpus, 2: CpuUse(40, 0), 3: CpuUse(10, 0)}
    assert noise.between(BEFORE, after(cpus=cpus)).others_share == 0.0
    everywhere = noise.between(BEFORE._replace(allowed=None), after(cpus=cpus))
    assert everywhere.others_share == pytest.approx(0.5)


def test_steal_throttling_and_a_cpu_limit_are_told_apart() -> None:
    """Each with its own reason."""
    cpus = {**after().cpus, 0: CpuUse(17, 2)}
    found = noise.between(BEFORE, after(cpus=cpus, throttle_events=5, quota_stop_s=3.0))
    assert (found.steal_share, found.throttle_events) == (pytest.approx(0.05), 2)
    assert found.quota_stop_share == pytest.approx(0.2)
    assert [reason.split()[0] for reason in found.reasons] == ["the", "heat", "the"]


def test_context_switches_are_those_of_living_threads() -> None:
    """One went on, one ended, one is new."""
    found = noise.between(BEFORE, after(switches={(1, 1): 130, (7, 7): 20}))
    assert found.involuntary_switches_per_s == pytest.approx(5.0)


def test_counters_that_disagree_by_a_tick_give_no_negative_share() -> None:
    """The tree's time is counted more finely than the CPUs'."""
    assert noise.between(BEFORE, after(tree_s=17.02)).others_share == 0.0


def test_what_the_platform_does_not_tell_stays_unknown() -> None:
    """None, and no reason to call it noisy."""
    silent = {"switches": None, "throttle_events": None, "quota_stop_s": None, "load": None}
    found = noise.between(BEFORE._replace(**silent), after(**silent))  # type: ignore[arg-type]
    assert found.involuntary_switches_per_s is found.throttle_events is found.load_after is None
    assert found.quota_stop_share is None
    assert not found.is_noisy


@pytest.mark.parametrize(
    ("changes", "is_noisy"),
    [
        ({}, False),
        ({"others_share": 0.04}, False),
        ({"others_share": 0.06}, True),
        ({"others_share": 0.04, "cpus": 32}, True),
        ({"others_share": 0.1, "seconds": 0.1}, False),
        ({"steal_share": 0.015}, False),
        ({"steal_share": 0.025}, True),
        ({"throttle_events": 1}, True),
        ({"quota_stop_share": 0.02}, True),
        ({"load_before": 9.0}, False),
    ],
)
def test_limits_are_the_documented_ones(changes: dict[str, float], *, is_noisy: bool) -> None:
    """Shares, one whole core on a large machine, and too little time to be evidence."""
    assert QUIET._replace(**changes).is_noisy == is_noisy  # type: ignore[arg-type]


def test_the_entry_tells_figures_and_verdict() -> None:
    """As JSON values."""
    told = QUIET._replace(steal_share=0.123456).as_json()
    assert told["is_noisy"] is True
    assert told["reasons"] == ["the hypervisor gave 12% of the CPUs to others"]
    assert (told["steal_share"], told["mhz"]) == (0.1235, None)


def test_linux_tells_each_cpu_by_its_number() -> None:
    """Guest time is part of user time; idle and waiting are not work."""
    stat = "cpu  1 1 1 1 1 1 1 1 1 1\ncpu0 100 50 30 999 999 10 10 7 40 0\ncpu9 1 0 0 0 0 0 0 0 0 0"
    assert counters.parse_stat(stat, 100) == {0: CpuUse(2.0, 0.07), 9: CpuUse(0.01, 0.0)}
    assert counters.parse_list("0-2,8,10-11") == [0, 1, 2, 8, 10, 11]


def test_a_busy_process_outside_the_tree_makes_it_noisy(start: Start) -> None:
    """It is ours for this test, but not below the process that is measured."""
    with start(IDLE) as measured:
        before = noise.start(measured.pid)
        subprocess.run([sys.executable, "-c", BURN.format(s=0.5)], check=True)
        found = noise.since(before)
    assert found.is_noisy
    assert found.others_share * found.cpus * found.seconds > 0.4


def test_children_that_ended_count_as_the_tree(start: Start) -> None:
    """Half a second of CPU time in a child that is gone by the second reading."""
    with start(BURNING_CHILD) as measured:
        assert measured.stdin is not None
        assert measured.stdout is not None
        before = noise.start(measured.pid)
        measured.stdin.write("\n")
        measured.stdin.flush()
        assert measured.stdout.readline() == "done\n"
        used = counters.read(before.tree).tree_s - before.counters.tree_s
    assert used > 0.45


def test_two_readings_cost_little_and_travel() -> None:
    """Each some milliseconds, and the result crosses a pipe."""
    begin = time.perf_counter()
    found = noise.since(noise.start())
    assert time.perf_counter() - begin < 1
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own bytes
