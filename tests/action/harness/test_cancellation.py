"""Cancelling a job, by GitHub's documentation and the runner's source."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.action.harness.bench import Bench, shown
from tests.action.harness.job import HarnessTimeoutError
from tests.action.harness.processes import Graces
from tests.action.harness.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.action.harness.reports import Result

TRAP = """
- id: long
  shell: python
  run: |
    import os, signal, time
    def told(number, frame):
        os.write(1, signal.Signals(number).name.encode() + b"\\n")
        os._exit(0) if number == signal.%s else None
    signal.signal(signal.SIGINT, told)
    signal.signal(signal.SIGTERM, told)
    print("ready", flush=True)
    while True:
        time.sleep(0.01)
"""
AFTER = """
- {run: echo default, shell: bash}
- {run: echo always, shell: bash, if: always()}
- {run: echo cancelled, shell: bash, if: cancelled()}
- {run: echo failure, shell: bash, if: failure()}
"""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A runner that does not wait long."""
    runner = Runner(tmp_path / "runner", graces=Graces(1, 1, 0.5))
    return Bench(tmp_path / "actions", runner)


def cancelled(bench: Bench, steps: str) -> Result:
    """A job that is cancelled once a step is ready."""
    return bench.job(steps, cancel_when=lambda _step, line: line == "ready")


@pytest.mark.parametrize(
    ("ends", "lines"),
    [
        ("SIGINT", ["SIGINT"]),
        ("SIGTERM", ["SIGINT", "SIGTERM"]),
        ("SIGKILL", ["SIGINT", "SIGTERM"]),
    ],
)
def test_a_cancelled_step_is_asked_then_told_then_killed(
    bench: Bench, ends: str, lines: list[str]
) -> None:
    """SIGINT, after a while SIGTERM, after another while SIGKILL."""
    result = cancelled(bench, TRAP % ends)
    assert shown(result) == ["ready", *lines]
    assert (result.outcome, result.step("long").outcome) == ("cancelled", "cancelled")
    assert result.annotations[-1].message == "The operation was canceled."


def test_after_a_cancellation_only_steps_run_that_want_to(bench: Bench) -> None:
    """In the job: always() and cancelled() hold, success() and failure() do not."""
    result = cancelled(bench, TRAP % "SIGINT" + AFTER)
    assert shown(result) == ["ready", "SIGINT", "always", "cancelled"]
    assert result.outcome == "cancelled"


def test_a_step_that_always_wants_to_run_is_not_stopped(bench: Bench) -> None:
    """It ends by itself, and the job is cancelled all the same."""
    steps = "- {id: a, if: always(), run: 'echo ready; sleep 0.3; echo done'}" + AFTER
    result = cancelled(bench, steps)
    assert shown(result) == ["ready", "done", "always", "cancelled"]
    assert (result.step("a").outcome, result.outcome) == ("success", "cancelled")


def test_no_step_of_a_cancelled_action_runs_on(bench: Bench) -> None:
    """Not even with always(): the runner stops it with the step that uses the action."""
    bench.runner.uses["action/long"] = bench.action(TRAP % "SIGINT" + AFTER)
    result = cancelled(bench, "- {id: use, uses: action/long@v1}\n- {if: always(), run: echo end}")
    assert shown(result) == ["ready", "SIGINT", "end"]
    assert result.step("use").outcome == "cancelled"
    inside = [step.outcome for step in result.steps if step.depth]
    assert inside == ["cancelled", "skipped", "cancelled", "cancelled", "skipped"]


def test_an_action_that_always_wants_to_run_is_not_stopped(bench: Bench) -> None:
    """Its steps go on as if nothing had happened."""
    steps = "- {run: 'echo ready; sleep 0.2; echo done', shell: bash}" + AFTER
    bench.runner.uses["action/long"] = bench.action(steps)
    result = cancelled(bench, "- {uses: action/long@v1, if: always()}")
    assert shown(result) == ["ready", "done", "default", "always", "cancelled"]


def test_what_a_step_leaves_running_ends_with_the_job(bench: Bench) -> None:
    """Even if it is told nothing before."""
    result = bench.job("- {run: 'sleep 60 & echo $!'}")
    [pid] = map(int, shown(result))
    until = time.monotonic() + 5
    while _alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    """A zombie that nobody has fetched counts as dead."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_test_does_not_wait_for_ever(bench: Bench) -> None:
    """The error has the log."""
    with pytest.raises(HarnessTimeoutError, match="ready"):
        bench.job("- {run: 'echo ready; sleep 60'}", timeout=0.3)


@pytest.fixture
def _ignoring_interrupts() -> Iterator[None]:
    """A test run in the background of a shell ignores SIGINT, and its children inherit that."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ignoring_interrupts")
def test_steps_can_be_interrupted_even_if_the_tests_cannot(bench: Bench) -> None:
    """A shell cannot undo that SIGINT is ignored, so the harness does."""
    script = "trap 'echo told; exit' INT; echo ready; while :; do :; done"
    assert shown(cancelled(bench, f'- {{run: "{script}"}}')) == ["ready", "told"]
