"""Where the demo plays: its folder, its processes, and the environment they get."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmark.demo.processes import Processes
    from benchmark.demo.screen import Screen

TOOL = "sagellm-benchmark"
PROGRAMS = Path(sys.executable).parent

# A runner's, a git hook's or a user's own settings must not steer what the demo shows.
_LEFT_OUT = ("GIT_", "GITHUB_", "HF_", "HUGGING_FACE_", "PYTHON", "SAGELLM_", "TRANSFORMERS_")
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Stage:
    """Runs commands, and shows them as they would be typed where the demo was started.

    Attributes:
        folder: everything the demo writes is below it.
        env: the environment of commands that are not given another.
        translate: the translator of messages.
    """

    folder: Path
    env: Mapping[str, str]
    screen: Screen
    processes: Processes
    translate: Callable[[str], str]
    sleep: Callable[[float], None]

    def with_env(self, **more: str) -> Stage:
        """The same stage with more in its environment."""
        return replace(self, env={**self.env, **more})

    def run(self, *argv: str, cwd: Path | None = None, show: bool = True) -> None:
        """Run a command to its end, and show what it prints unless `show` is off.

        Raises:
            BenchmarkError: if it does not end with 0.
        """
        here = cwd or self.folder
        if show:
            self.screen.command(self.typed(argv, here))
        self._follow(argv, here, self.screen.output if show else str)

    def lines(self, *argv: str, cwd: Path) -> list[str]:
        """What a command prints; it is not shown.

        Raises:
            BenchmarkError: if it does not end with 0.
        """
        printed: list[str] = []
        self._follow(argv, cwd, printed.append)
        return printed

    def typed(self, argv: Sequence[str], cwd: Path, **env: str) -> str:
        """A command line that does the same in the folder where the demo was started."""
        given = [f"{name}={shlex.quote(value)}" for name, value in env.items()]
        return f"(cd {shlex.quote(str(cwd))} && {' '.join([*given, shlex.join(argv)])})"

    def _follow(self, argv: Sequence[str], cwd: Path, on_line: Callable[[str], object]) -> None:
        process = self.processes.start(argv, cwd=cwd, env=self.env)
        self.processes.finish(process, cast("IO[str]", process.stdout), on_line)


def environment(given: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment for the demo's commands: the user's, without what would steer them."""
    kept = {name: value for name, value in given.items() if not name.startswith(_LEFT_OUT)}
    direct = ",".join(filter(None, [given.get("NO_PROXY") or given.get("no_proxy"), _LOOPBACK]))
    return {
        **kept,
        "PATH": os.pathsep.join([str(PROGRAMS), kept.get("PATH", "")]),
        "NO_PROXY": direct,
        "no_proxy": direct,
        "HF_HOME": str(folder.absolute() / "hf_home"),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "PYTHONUNBUFFERED": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def with_users_hub(env: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """`env` with the user's own settings for the model Hub, its cache and its token."""
    kept = {name: value for name, value in env.items() if not name.startswith("HF_")}
    return {**kept, **{name: value for name, value in given.items() if name.startswith("HF_")}}
