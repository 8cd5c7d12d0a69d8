"""Work on pieces of one file by several processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmark import crew

if TYPE_CHECKING:
    from benchmark.cut import Span

DATA = bytes(range(60))
SPANS = [(at, at + 2) for at in range(0, 60, 2)]
SUMS = [(span, sum(DATA[slice(*span)])) for span in SPANS]
HERE = str(os.getpid()).encode()
ALONE = """
import os, sys
from benchmark import crew
from tests.unit import test_crew

crew._processors = lambda: 2
assert crew._can_fork() == (sys.platform == "linux")
found = list(crew.outcomes(test_crew.who_has_it, bytes(60), test_crew.SPANS))
assert [span for span, _ in found] == test_crew.SPANS
assert {has_it for _, (pid, has_it) in found if pid != os.getpid()} == {True}
assert crew._inherited == b""
"""


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine has."""
    monkeypatch.setattr(crew, "_processors", lambda: 2)


def dies_elsewhere(piece: bytes) -> str:
    """Ends every process but one."""
    if str(os.getpid()).encode() != piece:
        os._exit(3)
    return "done"


def who_has_it(_: bytes) -> tuple[int, bool]:
    """This process, and whether it has the whole file."""
    return os.getpid(), len(crew._inherited) == len(DATA)  # noqa: SLF001


def test_outcomes_come_in_order() -> None:
    """However many pieces there are."""
    assert list(crew.outcomes(sum, DATA, SPANS)) == SUMS


def test_a_piece_may_be_some_of_many_files() -> None:
    """As of one file it is some of its bytes."""
    files = [bytes([at]) for at in range(60)]
    found = [*crew.outcomes(b"".join, files, SPANS)]
    assert found == [(span, DATA[slice(*span)]) for span in SPANS]


def test_a_process_without_other_threads_is_forked() -> None:
    """The others have the file already."""
    folder = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", ALONE], cwd=folder, check=True, timeout=60)


def test_a_process_with_another_thread_is_not() -> None:
    """What that thread has locked would stay locked for ever."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not crew._can_fork()  # noqa: SLF001
        found = list(crew.outcomes(who_has_it, DATA, SPANS))
    finally:
        done.set()
        thread.join()
    assert len(found) == len(SPANS)
    assert not any(has_it for _, (_, has_it) in found)


def test_where_processes_die_their_pieces_are_done_in_this_one() -> None:
    """Once, by whoever is left."""
    spans: list[Span] = [(0, len(HERE))] * 8
    assert list(crew.outcomes(dies_elsewhere, HERE, spans)) == [(spans[0], "done")] * 8


def test_where_no_process_can_be_started_all_is_done_in_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system refuses, or there is one processor."""
    monkeypatch.setattr(crew, "_pool", lambda *_: NoProcesses())
    assert list(crew.outcomes(sum, DATA, SPANS)) == SUMS
    monkeypatch.setattr(crew, "_processors", lambda: 1)
    assert list(crew.outcomes(sum, DATA, SPANS)) == SUMS


class NoProcesses:
    """A pool where the system refuses to start another process."""

    def submit(self, *_: object) -> None:
        """As the real one raises it."""
        raise BlockingIOError

    def shutdown(self, **_: object) -> None:
        """There is nothing to end."""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="asks the scheduler of Linux")
def test_no_more_processes_are_started_than_may_run_at_once() -> None:
    """A container or `taskset` may leave one processor of many."""
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))});"
    code += "from benchmark import crew; assert crew._processors() == 1"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


KILLED = """
from benchmark import crew
from tests.unit import test_crew

crew._processors = lambda: 2
crew._can_fork = lambda: {can_fork}
if __name__ == "__main__":
    list(crew.outcomes(test_crew.tells_and_waits, bytes(60), test_crew.SPANS))
"""


def tells_and_waits(_: bytes) -> None:
    """Says which process this is."""
    os.write(1, f"{os.getpid()}\n".encode())
    threading.Event().wait(60)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills as only POSIX does")
@pytest.mark.parametrize("can_fork", [True, False], ids=["forked", "spawned"])
def test_a_process_that_is_killed_leaves_nobody_behind(tmp_path: Path, *, can_fork: bool) -> None:
    """It has no time to end the others."""
    script = tmp_path / "killed.py"
    script.write_text(KILLED.format(can_fork=can_fork), encoding="utf-8")
    folder = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": folder}
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment)
    assert process.stdout
    with process.stdout as out:
        told = [out.readline() for _ in range(2)]
        assert process.pid in {*map(int, told)}
        process.kill()
        process.wait()
        # Whoever is left has it open, and says nothing.
        assert out.read() == b""
