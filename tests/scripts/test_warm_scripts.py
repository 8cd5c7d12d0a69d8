"""A script that a warm Python runs is a process of its own, as with a cold one."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.warm_scripts import AS_IN_TESTS, warm

if TYPE_CHECKING:
    from pathlib import Path

TELLS = """
import os, sys
print(sys.argv[1:], os.getcwd(), sorted(os.environ), sys.stdin.read(), sys.flags.isolated)
print("é", file=sys.stderr)
sys.exit(7)
"""
WAITS = """
import time
try:
    print("waits", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("was interrupted")
"""


@pytest.fixture
def python() -> str:
    """A warm Python."""
    return warm(**AS_IN_TESTS)


def run(python: list[str], folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run a script of that text with words that have to be handed on."""
    script = folder / "script.py"
    script.write_text(text, encoding="utf-8")
    return subprocess.run(
        [*python, str(script), "a b", "--é", "\udcff"],
        cwd=folder, env={"MINE": "ü\n'", "LC_ALL": "C.UTF-8"}, input="typed",
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_it_gets_what_a_process_gets(python: str, tmp_path: Path) -> None:
    """Arguments, folder, environment and streams; and its end is told."""
    warm_one, cold = (run(it, tmp_path, TELLS) for it in ([python], [sys.executable, "-I"]))
    assert (warm_one.returncode, warm_one.stderr) == (7, "é\n")
    assert warm_one.stdout == cold.stdout


def test_it_is_the_scripts_own_failure_that_is_shown(python: str, tmp_path: Path) -> None:
    """The traceback, and 1."""
    done = run([python], tmp_path, "1 / 0")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_reaches_it(python: str, tmp_path: Path, number: signal.Signals) -> None:
    """It may handle it, or die of it; of one that cannot be handled it dies too."""
    script = tmp_path / "script.py"
    script.write_text(WAITS, encoding="utf-8")
    with subprocess.Popen([python, str(script)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "waits\n"
        process.send_signal(number)
        rest = process.stdout.read()
    expected = (0, "was interrupted\n") if number == signal.SIGINT else (-number, "")
    assert (process.returncode, rest) == expected
