"""What becomes of the lines that a step prints: commands, problems, or just output.

`OutputManager.cs` and `ActionCommandManager.cs` of https://github.com/actions/runner.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.action.harness import matchers
from tests.action.harness.commands import KNOWN, Command, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.action.harness.job import Job
    from tests.action.harness.reports import Step

_COLOUR = re.compile(r"\x1b\[[0-9;]*m?")
_LEVELS = frozenset({"error", "warning", "notice"})
_SHORTEST_HIDDEN_TOKEN = 7
DEPRECATED = "The `{0}` command is deprecated. Please use the file ${1} instead."
DISABLED = "The `{0}` command is disabled. Please use the file ${1} instead."
"""In GitHub's words, an address left out."""


class CommandError(Exception):
    """A command that cannot be carried out: the step fails."""


class Output:
    """The output of one step, of all its streams."""

    def __init__(self, job: Job, step: Step) -> None:
        """Start with the matchers that the job has."""
        self.failed = False
        self._job, self._step = job, step
        self._resume = ""
        self._echoing = False
        self._running: dict[tuple[int, matchers.MatcherConfig], matchers.Matcher] = {}

    def line(self, stream: int, line: str) -> None:
        """Take a line of one stream."""
        self._job.saw(self._step, line)
        if not self._command(line) and not self._problem(stream, _COLOUR.sub("", line)):
            self._job.say(self._step, line)

    def _command(self, line: str) -> bool:
        command = parse(line, KNOWN | {self._resume} if self._resume else KNOWN)
        if not command:
            return False
        if self._resume:
            return self._resumed(command, line)
        try:
            self._carry_out(command, line)
        except (CommandError, OSError) as error:
            self.fail(f"Unable to process command '{line}' successfully.", str(error))
        return True

    def fail(self, *messages: str) -> None:
        """Fail the step, which may go on for now."""
        for message in messages:
            self._job.issue(self._step, "error", message)
        self.failed = True

    def _resumed(self, command: Command, line: str) -> bool:
        if command.name != self._resume:
            return False
        self._job.say(self._step, line)
        self._resume = ""
        return True

    def _carry_out(self, command: Command, line: str) -> None:
        name = command.name
        if self._echoing and name not in {"add-mask", "debug", "stop-commands", *_LEVELS}:
            self._job.say(self._step, line)
        if name in _LEVELS:
            self._job.issue(self._step, name, command.data, self._placed(command.properties))
        elif name in {"set-env", "add-path"}:
            raise CommandError(DISABLED.format(name, f"GITHUB_{name[4:].upper()}"))
        else:
            getattr(self, "_" + name.replace("-", "_"))(command, line)

    def _placed(self, properties: Mapping[str, str]) -> dict[str, str]:
        file = Path(properties.get("file", ""))
        if file.is_absolute() and file.is_relative_to(self._job.workspace):
            return {**properties, "file": file.relative_to(self._job.workspace).as_posix()}
        return dict(properties)

    def _stop_commands(self, command: Command, line: str) -> None:
        token = command.data.lower()
        if not token or token in KNOWN or token == "pause-logging":
            raise CommandError("You cannot use an endToken that is empty or a command's name.")
        if len(token) >= _SHORTEST_HIDDEN_TOKEN:
            self._job.masks.add(command.data)
        self._resume = token
        self._job.say(self._step, line)

    def _add_mask(self, command: Command, _line: str) -> None:
        if not command.data.strip():
            message = "Can't add secret mask for empty string in ##[add-mask] command."
            self._job.issue(self._step, "warning", message)
        self._job.masks.add(command.data)

    def _debug(self, _command: Command, _line: str) -> None:
        """Debugging is not on."""

    def _echo(self, command: Command, _line: str) -> None:
        wanted = command.data.strip().lower()
        if wanted not in {"on", "off"}:
            raise CommandError("Invalid echo command value. Possible values can be: 'on', 'off'.")
        self._echoing = wanted == "on"

    def _group(self, command: Command, _line: str) -> None:
        self._job.say(self._step, f"##[group]{command.data}")

    def _endgroup(self, _command: Command, _line: str) -> None:
        self._job.say(self._step, "##[endgroup]")

    def _set_output(self, command: Command, _line: str) -> None:
        self._step.outputs[self._named(command, "GITHUB_OUTPUT")] = command.data

    def _save_state(self, command: Command, _line: str) -> None:
        self._step.state[self._named(command, "GITHUB_STATE")] = command.data

    def _named(self, command: Command, file: str) -> str:
        if not command.properties.get("name"):
            raise CommandError(f"Required field 'name' is missing in ##[{command.name}] command.")
        self._job.issue(self._step, "warning", DEPRECATED.format(command.name, file))
        return command.properties["name"]

    def _add_matcher(self, command: Command, _line: str) -> None:
        self._job.add_matchers(matchers.load(self._job.workspace / command.data))

    def _remove_matcher(self, command: Command, _line: str) -> None:
        owner, file = command.properties.get("owner", ""), command.data
        if bool(owner) == bool(file):
            message = "Either an owner name or a file path must be specified in ##[remove-matcher]."
            self._job.issue(self._step, "warning", message)
            return
        known = matchers.load(self._job.workspace / file) if file else []
        self._job.remove_matchers({owner.lower()} | {config.owner.lower() for config in known})

    def _problem(self, stream: int, line: str) -> bool:
        for config in self._job.matchers:
            found = self._matcher(stream, config).match(line)
            if found:
                self._reset_others(stream, config)
            if found and self._issue(found, line):
                return True
        return False

    def _reset_others(self, stream: int, config: matchers.MatcherConfig) -> None:
        for (its_stream, other), matcher in self._running.items():
            if its_stream == stream and other != config:
                matcher.reset()

    def _matcher(self, stream: int, config: matchers.MatcherConfig) -> matchers.Matcher:
        return self._running.setdefault((stream, config), matchers.Matcher(config))

    def _issue(self, found: dict[str, str], line: str) -> bool:
        level = found["severity"].lower()
        if not found.get("message", "").strip() or level not in _LEVELS:
            return False
        self._job.annotate(self._step, level, found["message"], self._properties(found))
        self._job.say(self._step, f"##[{level}]{line}")
        return True

    def _properties(self, found: dict[str, str]) -> dict[str, str]:
        """Of a file only if it is below the workspace; the runner wants its repository's clone."""
        path = (self._job.workspace / found.get("file", "")).resolve()
        inside = path.is_file() and path.is_relative_to(self._job.workspace.resolve())
        file = path.relative_to(self._job.workspace.resolve()).as_posix() if inside else ""
        line, column = found.get("line", ""), found.get("column", "")
        known = {"file": file, "line": line, "col": column, "code": found.get("code", "").strip()}
        return {name: value for name, value in known.items() if value}
