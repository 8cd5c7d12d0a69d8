"""A lab: a hub with tokens, and the client that its people have installed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from benchmark.localhub.testing import RunningHub

VENVS = Path(__file__).resolve().parents[2] / ".venvs"
WRITE, READ = "hf_write_0123456789", "hf_read_0123456789"
TOKENS = f"write {WRITE} alice\nread {READ} bob\n"
# Nothing answers there: a lab without internet.
NOWHERE = "http://127.0.0.1:9"


class Done(NamedTuple):
    """How a command ended, what it printed, and all that it said."""

    status: int
    printed: str
    output: str


class Lab(NamedTuple):
    """A look behind the hub's back, where it listens, and one major version of the client."""

    hub: RunningHub
    endpoint: str
    major: str
    folder: Path

    def environment(self, token: str) -> dict[str, str]:
        """What somebody sets who has read the README, and that nothing else can be reached."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "HF_ENDPOINT": self.endpoint,
            "HF_HOME": str(self.folder / "hf-home"),
            "HF_TOKEN": token,
            "HTTP_PROXY": NOWHERE,
            "HTTPS_PROXY": NOWHERE,
            "NO_PROXY": "127.0.0.1",
        }

    def run(self, *command: str, token: str = WRITE) -> Done:
        """Run a program of the client's environment, in the lab's folder."""
        program = VENVS / f"clients-{self.major}" / "bin" / command[0]
        done = subprocess.run(
            [program, *command[1:]], capture_output=True, text=True, check=False, timeout=240,
            env=self.environment(token), cwd=self.folder,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stdout + done.stderr)

    def hf(self, *arguments: str) -> str:
        """The client's command line, which must succeed; returns all that it says."""
        done = self.run("hf", *arguments)
        assert done.status == 0, done.output
        return done.output

    def lines(self, name: str, *arguments: str) -> Any:
        """What a script in `lines/` says in its last line, as JSON."""
        script = Path(__file__).parent / "lines" / f"{name}.py"
        done = self.run("python", "-I", str(script), *arguments)
        assert done.status == 0, done.output
        return json.loads(done.printed.splitlines()[-1])
