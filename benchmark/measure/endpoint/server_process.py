"""Starts the server a user names, waits until it answers, and stops it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint import keeper
from benchmark.measure.endpoint.last_words import last_words
from benchmark.measure.endpoint.readiness import Readiness
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.host import processes

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedWriter

    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.body import Writer
    from benchmark.measure.endpoint.command import ServeCommand
    from benchmark.measure.endpoint.patience import Patience

_POLL_S = 0.5
_NOTICE_S = 2.0
_SHOWN_BYTES = 64 * 1024


class ServerProcess:
    """A server that runs until `stop`, or until this process is gone."""

    def __init__(
        self, command: ServeCommand, patience: Patience, clean: Callable[[str], str]
    ) -> None:
        self.start_s: float | None = None
        self._patience = patience
        self._clean = clean
        self._folder = Path(tempfile.mkdtemp(prefix="sagellm-benchmark-"))
        self._log: BufferedWriter = (self._folder / "server.log").open("wb")
        grace = f"{patience.stop_s:g}"
        self._process = subprocess.Popen(  # noqa: S603 - the command the user gave
            [sys.executable, "-I", keeper.__file__, grace, *command.words],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            # Whoever kills this process's group leaves the keeper to end the server.
            start_new_session=sys.platform != "win32",
        )

    @property
    def pid(self) -> int | None:
        """The server's process, which the keeper started; None if it is gone."""
        return next((one.pid for one in processes.tree(self._process.pid)[1:]), None)

    @property
    def exit_status(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def let_end(self) -> None:
        """Give the keeper a moment to notice that the server is gone, if it is."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_NOTICE_S)

    def last_lines(self) -> tuple[str, ...]:
        """What it printed last, cleaned of secrets."""
        with (self._folder / "server.log").open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _SHOWN_BYTES))
            text = log.read().decode(errors="replace")
        return last_words(self._clean(text))

    def stop(self) -> None:
        """Ask it to stop, then kill it and everything it started."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(2 * self._patience.stop_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def start_server(
    command: ServeCommand,
    address: Address,
    writer: Writer,
    patience: Patience,
    clean: Callable[[str], str],
    on_start: Callable[[ServerProcess], None] = lambda _: None,
) -> ServerProcess:
    """Start a server and wait until it answers.

    Args:
        command: how.
        address: where it will listen.
        writer: of requests.
        patience: how long to wait.
        clean: takes secrets out of what the server prints.
        on_start: told of the process at once: whoever stops it need not wait until it answers.

    Raises:
        UsageError: if there is no such program, or another server listens there already.
        EngineFailedError: if it ends, or does not answer in time; with what it printed last.
    """
    if shutil.which(command.words[0]) is None:
        raise UsageError(f"There is no program {command.words[0]}.", hint=_PROGRAM_HINT)
    lists = command.kind is not None and command.kind.lists_when_ready
    readiness = Readiness(address, writer, by_its_models=lists)
    if readiness.answers():
        raise UsageError(f"Something answers at {address.url} already.", hint=_TAKEN_HINT)
    began_s = time.monotonic()
    server = ServerProcess(command, patience, clean)
    on_start(server)
    try:
        _wait(server, address, readiness, patience)
        server.start_s = time.monotonic() - began_s
    except BaseException:
        server.stop()
        raise
    return server


def _wait(
    server: ServerProcess, address: Address, readiness: Readiness, patience: Patience
) -> None:
    until = time.monotonic() + patience.start_s
    while not readiness.is_ready():
        if server.exit_status is not None:
            raise EngineFailedError(
                f"The server ended with exit status {server.exit_status} before it answered.",
                hint=_COMMAND_HINT,
                said=server.last_lines(),
            )
        if readiness.is_in_vain:
            raise EngineFailedError(
                "The server has started without a model: it could not load it.",
                hint=_COMMAND_HINT,
                said=server.last_lines(),
            )
        if time.monotonic() > until:
            raise EngineFailedError(
                f"The server did not answer at {address.url} within {patience.start_s:g} s.",
                hint=_COMMAND_HINT,
                said=server.last_lines(),
            )
        time.sleep(_POLL_S)  # noqa: TID251 - for a process


_PROGRAM_HINT = N_("Check the command of --serve, and that its environment is active.")
_TAKEN_HINT = N_("Stop it, give the command another --port, or measure it without --serve.")
_COMMAND_HINT = N_("Run the command of --serve by itself to see what it needs.")
