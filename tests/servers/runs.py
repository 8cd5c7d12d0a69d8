"""Where a test's runs happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers import command
from tests.servers.real_server import environment

if TYPE_CHECKING:
    from pathlib import Path


class Runs:
    """Starts `run` in a folder of its own, with an empty home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = environment(folder)
        self.started: list[command.Running] = []

    @property
    def outputs(self) -> Path:
        """Where results are kept."""
        return self.folder / "outputs"

    def run(self, *options: str) -> command.Result:
        """To its end."""
        return self.start(*options).end()

    def start(self, *options: str) -> command.Running:
        """Not waited for."""
        running = command.Running(self.environ, self.outputs, *options)
        self.started.append(running)
        return running

    def close(self) -> None:
        """Kill what a failed test left; a server that `run` started ends with it."""
        for running in self.started:
            running.process.kill()
            running.process.wait()

    def workload(self, input_length: int, output_length: int, more: str = "") -> str:
        """The path of a workload file, with `more` such as `, turns: 2`."""
        file = self.folder / "servers.yaml"
        keys = f"name: servers, input_length: {input_length}, output_length: {output_length}{more}"
        file.write_text(f"workloads:\n  - {{{keys}}}\n", encoding="utf-8")
        return str(file)
