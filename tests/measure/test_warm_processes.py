"""Processes that are forks of a warm interpreter look like any other from outside."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.support.warm import POSSIBLE, Warm

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="every process is a cold one here")


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    """It imported something that is told from what is not there."""
    with closing(Warm(Path(sys.executable), "import wave")) as one:
        yield one


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("pass", 0),
        ("raise SystemExit(7)", 7),
        ("1 / 0", 1),
        ("import os; os._exit(3)", 3),
        ("import os; os.kill(os.getpid(), 9)", -9),
        ("import os; os.kill(os.getpid(), 15)", -15),
    ],
)
def test_a_process_ends_as_its_code_does(warm: Warm, code: str, status: int) -> None:
    """By an exit status or a signal."""
    assert subprocess.run(warm.command(code), check=False, stderr=-3).returncode == status


def test_a_process_has_the_streams_folder_and_environment_of_its_parent(
    warm: Warm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the modules of the warm one."""
    monkeypatch.setenv("TOLD", "you")
    seen = "sys.stdin.read(), os.environ['TOLD'], os.getcwd(), 'wave' in sys.modules"
    done = subprocess.run(
        warm.command(f"import os, sys; print({seen})"),
        input="hello",
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"hello you {tmp_path} True\n"


def test_a_process_that_is_killed_is_gone(warm: Warm) -> None:
    """Not only what stands for it."""
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with subprocess.Popen(warm.command(code), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        real = psutil.Process(int(process.stdout.readline()))
        process.kill()
    assert psutil.wait_procs([real], timeout=20)[1] == []
