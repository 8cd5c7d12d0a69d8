"""Interpreters that have imported what takes seconds: processes of tests are forks of them.

Such a process is one of its own and runs the same code as ever; only its libraries are there before
it starts. So what they read of the environment when they are imported is not the test's. Where that
is what a test is about, or the start itself, it starts a cold one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmark.measure import environment

SUPPORT = Path(__file__).parent
CLIENT = [sys.executable, "-I", "-S", str(SUPPORT / "warm_client.py")]
POSSIBLE = sys.platform == "linux"
"""Elsewhere every process is a cold one: forks are unsafe or unknown, and there are no pidfds."""


class Warm:
    """Starts when the first process is asked for, and is there until `close`."""

    def __init__(self, python: Path, imports: str) -> None:
        self.python = python
        self._imports = imports
        self._folder = tempfile.TemporaryDirectory(prefix="warm-")
        self._server: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End it; what it started is gone already."""
        if self._server is not None:
            self._server.communicate()
        self._folder.cleanup()

    def command(self, code: str) -> list[str]:
        """The command line that runs code in a fork of it, as `environment.code_command` has it."""
        if not POSSIBLE:
            return environment.code_command(self.python, f"{self._imports}\n{code}")
        self._server = self._server or self._start()
        return [*CLIENT, str(self._socket), code]

    @property
    def _socket(self) -> Path:
        return Path(self._folder.name) / "socket"

    def _start(self) -> subprocess.Popen[bytes]:
        words = f"sys.argv[1:] = {[str(self._socket), self._imports]!r}"
        program = str(SUPPORT / "warm_server.py")
        run = f"import runpy, sys; {words}; runpy.run_path({program!r}, run_name='__main__')"
        command = environment.code_command(self.python, run)
        home = {"HOME": self._folder.name, "HF_HOME": str(Path(self._folder.name) / "hf")}
        server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **home}
        )
        assert server.stdout is not None
        assert server.stdout.readline() == b"listening\n"
        return server
