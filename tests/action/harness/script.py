"""A step with `run`.

`ScriptHandler.cs` of https://github.com/actions/runner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from tests.action.harness.processes import command_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.action.harness.reports import Outcome
    from tests.action.harness.running import RunningStep


def run_script(running: RunningStep) -> Outcome:
    """Run the script in its shell and folder."""
    script, defaults = running.text("run"), running.scope.defaults
    first = script.strip().split("\n")[0]
    if not running.given.get("name"):
        running.step.name = f"Run {first}"
    shell = running.text("shell") or defaults.get("shell", "")
    below = running.text("working-directory") or defaults.get("working-directory", "")
    env = running.environment()
    argv = command_line(shell, env["PATH"], lambda ending: _written(running, script, ending))
    shown = [f"\x1b[36;1m{line}\x1b[0m" for line in script.rstrip("\n").split("\n")]
    running.announce(first, *shown, f"shell: {' '.join(argv[:-1])} {{0}}")
    ended = running.process(argv, running.job.workspace / below, env)
    running.step.exit_code = ended.code
    if ended.stopped:
        return "cancelled"
    if ended.code:
        running.output.fail(f"Process completed with exit code {ended.code}.")
    return "failure" if ended.code else "success"


def _written(running: RunningStep, script: str, ending: str) -> Path:
    path = running.job.temp / f"{uuid4()}{ending}"
    path.write_text(script, encoding="utf-8")
    return path
