"""A rank under torchrun: does what the measuring process says over its line, and ends with it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from queue import SimpleQueue
from typing import TYPE_CHECKING

from benchmark import garbage
from benchmark.errors import BenchmarkError
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engines.distributed import parent
from benchmark.measure.engines.distributed.messages import (
    Build,
    Built,
    Discard,
    Done,
    End,
    Generate,
    LoadWeights,
    Peak,
    Ping,
    Pong,
    Prepare,
    Prepared,
    ReadPeak,
    ResetPeak,
)

if TYPE_CHECKING:
    from benchmark.measure.engines.distributed.line import Line
    from benchmark.measure.engines.distributed.messages import Command, Reply
    from benchmark.measure.engines.distributed.part import Part
    from benchmark.measure.engines.distributed.place import Place

_ABANDONED = 1
"""Exit status of a rank whose measuring process is gone."""


def main() -> None:
    """Serve until told to end."""
    parent.end_with(os.getppid(), signal.SIGKILL)
    # torch takes seconds to import, in which the agent may die.
    with garbage.uncollected():
        from benchmark.measure.engines.distributed.place import from_here  # noqa: PLC0415

    place, home = from_here()
    inbox: SimpleQueue[Command] = SimpleQueue()
    threading.Thread(target=_listen, args=(home, inbox), daemon=True).start()
    worker = _Worker(place)
    while not isinstance(command := inbox.get(), End):
        home.send(_obey(worker, command))
    worker.close()
    # Nothing is left to save, and taking torch apart takes seconds.
    os._exit(0)


class _Worker:
    """What a rank does for each message."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._part: Part | None = None

    def obey(self, command: Command) -> Reply:
        if isinstance(command, Prepare):
            return self._prepare(command)
        assert self._part is not None  # noqa: S101 - Prepare is the first message
        if isinstance(command, Generate):
            return self._part.generate(*command)
        if isinstance(command, Build):
            return Built(self._part.weights.build())
        if isinstance(command, LoadWeights):
            return self._part.load(command.folder)
        return _small(self._part, command)

    def close(self) -> None:
        if self._part is not None:
            self._part.close()

    def _prepare(self, command: Prepare) -> Prepared:
        with garbage.uncollected():
            from benchmark.measure.engines.distributed.part import Part  # noqa: PLC0415 - as in main

        self._part = Part(self.place, command.options, command.layout)
        return Prepared()


def _small(part: Part, command: Command) -> Reply:
    if isinstance(command, ReadPeak):
        return Peak(part.peak())
    if isinstance(command, ResetPeak):
        part.reset_peak()
    if isinstance(command, Discard):
        part.weights.discard()
    return Done()


def _obey(worker: _Worker, command: Command) -> Reply | BenchmarkError:
    """The answer, or why there is none."""
    try:
        return worker.obey(command)
    except BenchmarkError as error:
        return error
    except Exception as error:  # noqa: BLE001 - another node's user would not see it otherwise
        traceback.print_exc()
        who = f"Rank {worker.place.rank} on node {worker.place.node}"
        return EngineFailedError(f"{who} failed: {type(error).__name__}: {_first_line(error)}")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")


def _listen(home: Line, inbox: SimpleQueue[Command]) -> None:
    """Take messages; the clock is told from here, for a queue would make it late.

    Also while this rank computes, so that it leaves at once when the line breaks.
    """
    try:
        while True:
            command = home.receive()
            if isinstance(command, Ping):
                home.send(Pong(time.perf_counter_ns()))
            else:
                inbox.put(command)
            if isinstance(command, End):
                return
    except (EOFError, OSError):
        sys.stderr.write("The measuring process is gone, so this rank ends.\n")
        sys.stderr.flush()
        os._exit(_ABANDONED)


if __name__ == "__main__":
    main()
