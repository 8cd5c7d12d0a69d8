"""Interpreters that have imported what takes seconds: processes of tests are forks of them.

Such a process is one of its own, with its environment, folder, streams, signals and end, and runs
the same code as ever; only its libraries are there before it starts. So what they read of the
environment when they are imported is not the test's. Where that is what a test is about, or the
start itself, it starts a cold one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.measure import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HERE = Path(__file__).resolve().parent
POSSIBLE = sys.platform == "linux"
"""Elsewhere every process is a cold one: forks are unsafe or unknown, and there are no pidfds."""


class Warm:
    """Starts when the first process is asked for, and is there until `close`.

    Args:
        python: the interpreter.
        imports: the code that imports what its processes need.
        begin: the command line that runs code in that interpreter.
        settings: the environment in which it imports; this process's, unless given.
    """

    def __init__(
        self,
        python: Path,
        imports: str,
        begin: Callable[[Path, str], list[str]] = environment.code_command,
        settings: Mapping[str, str] = os.environ,
    ) -> None:
        self.python = python
        self._imports = imports
        self._begin = begin
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="warm-"))
        self._server: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End it; what it started is gone already."""
        if self._server is not None:
            self._server.communicate(timeout=20)
        shutil.rmtree(self._folder)

    def command(self, code: str) -> list[str]:
        """The command line that runs code in a fork of it."""
        if not POSSIBLE:
            return self._begin(self.python, f"{self._imports}\n{code}")
        return [self.program(), "-c", code]

    def program(self) -> str:
        """The path of what runs a script, or code after `-c`, in a fork of it as Python would."""
        if not POSSIBLE:
            return str(self.python)
        path = self._folder / "python"
        if self._server is None:
            client = (HERE / "warm_client.py").read_text(encoding="utf-8")
            path.write_text(f"#!{sys.executable} -IS\n{client}", encoding="utf-8")
            path.chmod(0o755)
            self._server = self._start()
        return str(path)

    def _start(self) -> subprocess.Popen[bytes]:
        words = f"sys.argv[1:] = {[str(self._folder / 'socket'), self._imports]!r}"
        program = str(HERE / "warm_server.py")
        run = f"import runpy, sys; {words}; runpy.run_path({program!r}, run_name='__main__')"
        home = {"HOME": str(self._folder), "HF_HOME": str(self._folder / "hf")}
        server = subprocess.Popen(
            self._begin(self.python, run), env={**self._settings, **home},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        return server
