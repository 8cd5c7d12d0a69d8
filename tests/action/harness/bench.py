"""Writing and running small actions and workflows in tests."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.action.harness.reports import Result
    from tests.action.harness.runner import Runner

_HEAD = "name: An action\ndescription: Does something.\n"


class Bench:
    """A runner, and a place for the actions that it runs."""

    def __init__(self, folder: Path, runner: Runner) -> None:
        """Keep actions in `folder`."""
        self._folder, self.runner = folder, runner

    def action(self, steps: str, head: str = "", name: str = "action") -> Path:
        """Write a composite action with these steps; `head` has its inputs and outputs."""
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        runs = f"runs:\n  using: composite\n  steps:\n{indent(dedent(steps), '    ')}"
        (folder / "action.yml").write_text(f"{_HEAD}{dedent(head)}\n{runs}", encoding="utf-8")
        return folder

    def run(
        self, steps: str, head: str = "", inputs: Mapping[str, str] | None = None, **given: Any
    ) -> Result:
        """Run such an action."""
        return self.runner.action(self.action(steps, head), inputs, **given)

    def job(self, steps: str, **given: Any) -> Result:
        """Run the only job of a workflow with these steps."""
        head = "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n"
        return self.runner.job(head + indent(dedent(steps), "      "), "job", **given)


def shown(result: Result, *kinds: str) -> list[str]:
    """The log's lines that are neither commands about to run nor their environment."""
    lines, inside = [], False
    for line in result.log.splitlines():
        inside = line.startswith("##[group]Run") or (inside and line != "##[endgroup]")
        if not inside and line != "##[endgroup]" and not line.startswith(kinds or "##["):
            lines.append(line)
    return lines
