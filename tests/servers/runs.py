"""Where a test's runs happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.servers import command
from tests.servers.real_server import environment

if TYPE_CHECKING:
    from pathlib import Path


class Runs(NamedTuple):
    """Starts `run` in a folder of its own, with an empty home."""

    folder: Path

    @property
    def outputs(self) -> Path:
        """Where results are kept."""
        return self.folder / "outputs"

    def run(self, *options: str) -> command.Result:
        """To its end."""
        return self.start(*options).end()

    def start(self, *options: str) -> command.Running:
        """Not waited for."""
        return command.Running(environment(self.folder), self.outputs, *options)

    def workload(self, input_length: int, output_length: int) -> str:
        """The path of a workload file."""
        file = self.folder / "servers.yaml"
        lengths = f"input_length: {input_length}, output_length: {output_length}"
        file.write_text(f"workloads:\n  - {{name: servers, {lengths}}}\n", encoding="utf-8")
        return str(file)
