"""Carrying out what a step has written into its command files.

`FileCommandManager.cs` of https://github.com/actions/runner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.action.harness.command_files import CommandFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.action.harness.command_files import CommandFiles
    from tests.action.harness.job import Job
    from tests.action.harness.output import Output
    from tests.action.harness.reports import Step

BLOCKED = "NODE_OPTIONS"
"""GITHUB_ENV does not set it: it would run code in every action that comes after."""


class FileCommands:
    """The command files of one step."""

    def __init__(self, job: Job, step: Step, files: CommandFiles) -> None:
        """Take the files that the step was given."""
        self._job, self._step, self._files = job, step, files

    def carry_out(self, output: Output) -> None:
        """Do what each file says; one that cannot be read fails the step."""
        kinds: dict[str, Callable[[], None]] = {
            "path": self._path,
            "env": self._env,
            "step_summary": self._summary,
            "state": self._state,
            "output": self._output,
        }
        for name, do in kinds.items():
            _try(name, do, output)

    def _path(self) -> None:
        for folder in self._files.lines("path"):
            self._job.add_path(folder)

    def _env(self) -> None:
        for name, value in self._files.pairs("env"):
            if name.upper() == BLOCKED:
                message = f"Can't store {BLOCKED} output parameter using '$GITHUB_ENV' command."
                self._job.issue(self._step, "error", message)
            else:
                self._job.env[name] = value

    def _summary(self) -> None:
        try:
            lines = self._files.summary().splitlines(keepends=True)
        except CommandFileError as error:
            # It is dropped, and an error is shown, but the step has not failed.
            self._job.issue(self._step, "error", str(error))
        else:
            self._step.summary = "".join(self._job.masks.mask(line) for line in lines)

    def _state(self) -> None:
        self._step.state.update(self._files.pairs("state"))

    def _output(self) -> None:
        self._step.outputs.update(self._files.pairs("output"))


def _try(name: str, do: Callable[[], None], output: Output) -> None:
    try:
        do()
    except CommandFileError as error:
        output.fail(f"Unable to process file command '{name}' successfully.", str(error))
