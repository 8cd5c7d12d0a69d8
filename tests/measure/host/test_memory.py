"""The peak memory of real processes that allocate."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmark.measure.host import memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    Start = Callable[[str], AbstractContextManager[subprocess.Popen[str]]]

MIB = 2**20
WAIT = "print('ready', flush=True); input()"
HOLD = f"held = b'x' * (100 * 2**20); {WAIT}"
LET_GO = f"held = b'x' * (100 * 2**20); del held; {WAIT}"
WITH_CHILD = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {HOLD!r}], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, text=True)
child.stdout.readline()
{HOLD}
"""
FORKED = f"""
import os
held = b'x' * (100 * 2**20)
pipe = os.pipe()
if os.fork():
    {WAIT}
os.close(pipe[1])
os.read(pipe[0], 1)
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells another's peak")


def peak(child: subprocess.Popen[str]) -> int:
    """In MiB, of a child and what it started."""
    found = memory.tree_peak(child.pid)
    assert found is not None
    return found // MIB


def test_a_process_counts_with_all_that_it_allocated(start: Start) -> None:
    """A hundred MiB and an interpreter."""
    with start(HOLD) as child:
        assert 100 <= peak(child) < 150


@linux
def test_what_was_given_back_counts_until_the_peak_is_reset(start: Start) -> None:
    """The peak outlives the allocation, and a reset forgets it."""
    with start(LET_GO) as child:
        assert peak(child) >= 100
        memory.reset_peaks(child.pid)
        assert peak(child) < 50


@linux
def test_children_count_with_their_own_peaks(start: Start) -> None:
    """A process and its child of a hundred MiB each, also after a reset: they still hold it."""
    with start(WITH_CHILD) as child:
        assert 200 <= peak(child) < 260
        memory.reset_peaks(child.pid)
        assert 200 <= peak(child) < 260


@linux
def test_pages_that_a_fork_left_common_count_once(start: Start) -> None:
    """Two processes see the same hundred MiB."""
    with start(FORKED) as child:
        assert 100 <= peak(child) < 150


def test_a_process_that_is_gone_has_no_peak() -> None:
    """None, and resetting it does nothing."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    memory.reset_peaks(child.pid)
    assert memory.tree_peak(child.pid) is None


@linux
def test_a_child_that_ended_and_was_not_waited_for_is_skipped() -> None:
    """A zombie has no memory; the others of the tree still count."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    try:
        assert memory.tree_peak(child.pid) is None
        assert (memory.tree_peak() or 0) > MIB
    finally:
        child.wait()


@linux
def test_the_peak_of_this_process_alone_can_be_reset() -> None:
    """As `reset_peaks`, without looking for children."""
    held = b"x" * (100 * MIB)
    before = memory.peak()
    del held
    memory.reset_peak()
    assert (before or 0) - (memory.peak() or 0) > 90 * MIB


def test_free_memory_is_part_of_all_memory() -> None:
    """Both in bytes."""
    assert 0 < memory.available() <= memory.total()
