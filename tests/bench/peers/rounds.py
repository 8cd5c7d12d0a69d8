"""Participants in alternation, each time as a whole process, so that drift touches all alike."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from peers.participant import Failed, Figures, last_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from peers.participant import Participant


@dataclass
class Outcome:
    """What one participant did.

    Attributes:
        participant: who.
        figures: one of every round, by the round's number.
        error: why it stopped taking part.
    """

    participant: Participant
    figures: dict[int, Figures] = field(default_factory=dict)
    error: str | None = None


def alternate(
    outcomes: Sequence[Outcome], rounds: int, limit_s: float, say: Callable[[str], None]
) -> None:
    """Ask everyone in every round, in turned order in every other; who fails is not asked again.

    Args:
        outcomes: whom to ask; filled.
        rounds: how often.
        limit_s: seconds that one process may take.
        say: told of every process.
    """
    for number in range(rounds):
        for outcome in outcomes if number % 2 == 0 else reversed(outcomes):
            if outcome.error is None:
                who = outcome.participant
                say(f"{who.group}: round {number + 1} of {rounds}: {who.name} … ")
                say(f"{_once(outcome, number, limit_s)}\n")


def _once(outcome: Outcome, number: int, limit_s: float) -> str:
    try:
        found = ask(outcome.participant, limit_s)
    except Failed as error:
        outcome.error = str(error)
        return f"failed: {error}"
    outcome.figures[number] = found
    return f"{found.decode_tps:.1f} tok/s"


def ask(participant: Participant, limit_s: float) -> Figures:
    """Run it once.

    Raises:
        Failed: if it gives no figures.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        try:
            command = participant.command(scratch)
            printed, errors, status = _run(command, scratch, participant, limit_s)
        except OSError as error:
            raise Failed(f"It does not start: {error}") from error
        try:
            return participant.read(printed, scratch)
        except (Failed, ArithmeticError, LookupError, TypeError, ValueError) as error:
            if status:
                raise Failed(f"exit {status}: {last_line(errors, printed)}") from error
            kind = "" if isinstance(error, Failed) else f"{type(error).__name__}: "
            raise Failed(f"{kind}{error}") from error


def _run(
    command: list[str], scratch: Path, participant: Participant, limit_s: float
) -> tuple[str, str, int]:
    """In a session of its own, so that whatever it started ends with it."""
    with subprocess.Popen(
        command,
        cwd=scratch,
        env=participant.surroundings(scratch),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            printed, errors = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise Failed(f"It was not done after {limit_s:.0f} s.") from error
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return printed, errors, process.returncode
