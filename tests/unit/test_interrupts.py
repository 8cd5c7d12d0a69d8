"""Signals as interrupts: where they come, where they wait, and what is left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmark.commands.interrupts import Interrupts

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    """Listening in this process, whatever it was started with."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    found = Interrupts()
    with found.listening():
        yield found
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_is_an_interrupt_with_the_exit_code_shells_know(
    name: str, interrupts: Interrupts
) -> None:
    """128 and its number."""
    if not hasattr(signal, name):
        pytest.skip("this system has no such signal")
    number = getattr(signal, name)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    assert interrupts.exit_code == 128 + number


def test_what_is_held_is_done_to_its_end_and_then_interrupted(interrupts: Interrupts) -> None:
    """However many signals come, it is interrupted once, and the first one counts."""
    done = []

    def work() -> None:
        with interrupts.held():
            signal.raise_signal(signal.SIGTERM)
            with interrupts.held():
                signal.raise_signal(signal.SIGINT)
            done.append(1)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == [1]
    assert interrupts.exit_code == 143


def test_a_signal_that_came_during_a_hold_ends_its_next_wait(interrupts: Interrupts) -> None:
    """Before the wait begins; what follows it in the hold is not cut off again."""
    done = []

    def work() -> None:
        with interrupts.held():
            signal.raise_signal(signal.SIGTERM)
            try:
                with interrupts.allowed():
                    done.append("waited")
            finally:
                signal.raise_signal(signal.SIGTERM)
                signal.raise_signal(signal.SIGINT)
                done.append("kept")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["kept"]


@pytest.mark.usefixtures("interrupts")
def test_after_the_first_only_ctrl_c_interrupts_the_clean_up() -> None:
    """Schedulers repeat themselves; a person who repeats Ctrl-C means it."""
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_handlers_are_as_before_in_the_end_and_ignored_signals_stay_ignored() -> None:
    """As nohup has it, and as whoever embeds this has it."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with Interrupts().listening():
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
    with Interrupts().listening():
        pass
    assert signal.getsignal(signal.SIGTERM) == before


LATER = """
import os, signal, sys
from benchmark.commands.interrupts import INTERRUPTS
with INTERRUPTS.listening(to_the_end=True):
    try:
        signal.raise_signal(signal.SIGTERM)
    except KeyboardInterrupt:
        code = INTERRUPTS.exit_code
{when}
sys.exit(code)
"""
AT_THE_END = "class Late:\n    def __del__(self): os.kill(os.getpid(), {number})\nsys.late = Late()"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("when", ["signal.raise_signal({number})", AT_THE_END])
def test_a_signal_after_the_clean_up_ends_it_with_the_code_of_the_first(
    name: str, when: str
) -> None:
    """Slurm repeats itself until the process is gone; so does a person."""
    if not hasattr(signal, "SIGHUP"):
        pytest.skip("this system has no such signals")
    program = LATER.format(when=when.format(number=int(getattr(signal, name))))
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (143, b"")
