"""A publisher: a process that runs verbs, as their users do, until it is told to stop or killed.

It runs the command's own code in this process, so that starting Python is not what is measured.
Its clock may be wrong, and it waits less long than it means to.
"""

from __future__ import annotations

import io
import os
import time
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta, timezone, tzinfo
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

import huggingface_hub.hf_api  # noqa: F401 - imported once, before the forks

from benchmark import hub  # noqa: F401 - as above
from benchmark.cli import main
from benchmark.commands import common

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


VERBS = ("publish", "retract", "confirm", "takedown", "rebuild", "compact", "doctor")


class Order(NamedTuple):
    """What a publisher is to do.

    Attributes:
        words: the command line.
        folder: the working directory.
        ahead: seconds that its clock is ahead of the true time.
    """

    words: tuple[str, ...]
    folder: str
    ahead: float = 0.0


class Answer(NamedTuple):
    """How it ended."""

    code: int
    out: str
    err: str


def serve(orders: Connection, environment: dict[str, str], pace: float) -> None:
    """Carry out orders until there are no more.

    Args:
        orders: receives `Order`, and sends an `Answer` for each.
        environment: what is added to that of the process.
        pace: seconds that it really waits for each that it means to.
    """
    os.environ.update(environment)
    common.time = SimpleNamespace(  # type: ignore[assignment]
        monotonic=time.monotonic, sleep=lambda seconds: time.sleep(seconds * pace)
    )
    while True:
        try:
            order: Order = orders.recv()
        except EOFError:
            return
        orders.send(carry_out(order))


def carry_out(order: Order) -> Answer:
    """Run one verb."""
    os.chdir(order.folder)
    common.datetime = _clock(order.ahead)  # type: ignore[misc]
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(order.words)
        except SystemExit as left:
            code = int(left.code or 0)
    return Answer(code, out.getvalue(), err.getvalue())


def _clock(ahead: float) -> type[datetime]:
    """A `datetime` whose present is elsewhere."""

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz or timezone.utc) + timedelta(seconds=ahead)

    return Moved


for _verb in VERBS:
    import_module(f"benchmark.commands.{_verb}")
