"""What is seen while a run goes on: one live line on a terminal, plain lines elsewhere.

The measuring process never waits for it: its events are counted as they come, and a live line is
drawn once a second by rich's own thread, which sleeps in between; a log gets one in ten seconds.
`_` is the translator of benchmark.i18n; text from outside passes through benchmark.text.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich import live
from rich.text import Text

from benchmark.measure.job import Finished, Loaded, Skipped, Started, Waiting, Warmed
from benchmark.measure.samples import Failure, Sample
from benchmark.measure.show import lines
from benchmark.measure.show.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from typing_extensions import Self

    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.job import Cell, Event, Job

    Translator = Callable[[str], str]

_DRAWN_EVERY_S = 1.0
_PRINTED_EVERY_S = 10.0
_MOST_REASONS = 5


class Live:
    """Shows one job; a context manager. Others may print to the same console meanwhile."""

    def __init__(
        self,
        _: Translator,
        console: Console,
        job: Job,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ = _
        self._console = console
        self._job = job
        self._clock = clock
        self._stop = job.stop
        self._phase = ""
        self._since = self._printed = clock()
        self._tally: Tally | None = None
        self._reasons: set[str] = set()
        self._line: live.Live | None = None

    def __enter__(self) -> Self:
        self._print(lines.loading(self._, self._job))
        if self._console.is_interactive and self._console.file.isatty():
            self._line = live.Live(
                self,
                console=self._console,
                refresh_per_second=1 / _DRAWN_EVERY_S,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._line.start()
        self._begin(self._("Loading"))
        return self

    def __exit__(self, *_: object) -> None:
        self._begin("")
        if self._line is not None:
            self._line.stop()

    def __rich__(self) -> Text:
        """The live line as it is now."""
        return Text(self._now(), no_wrap=True, overflow="ellipsis")

    def add(self, event: Event) -> None:
        """Take what the measuring process says."""
        if isinstance(event, (Sample, Failure)):
            self.done(event)
        elif isinstance(event, Loaded):
            self.loaded(event.seconds, event.facts)
        elif isinstance(event, Started):
            self.started(event.cell)
        elif isinstance(event, Warmed):
            self.warmed(event.seconds, event.requests)
        elif isinstance(event, Finished):
            self.finished(event.wall_s)
        elif isinstance(event, Waiting):
            self.waiting(event.reason, event.seconds)
        elif isinstance(event, Skipped):
            self._print(lines.skipped(self._, event.cell, event.reason))

    def waiting(self, reason: str, seconds: float) -> None:
        """A server is not ready; each reason is said once, however often it is asked again."""
        if reason not in self._reasons:
            self._reasons.add(reason)
            self._print(lines.busy(self._, reason, seconds))

    def loaded(self, seconds: float, facts: EngineFacts) -> None:
        """The weights are there."""
        self._print(lines.loaded(self._, seconds, facts))
        self._begin("")

    def started(self, cell: Cell) -> None:
        """The warm-up of a cell begins."""
        self._print(lines.started(self._, cell))
        if text := lines.rounded(self._, self._job.stop, cell):
            self._print(text)
        self._stop = self._job.stop.whole(cell.workload.turns)
        self._begin(self._("Warming up"))

    def warmed(self, seconds: float, requests: int) -> None:
        """The warm-up is over and the measured phase begins."""
        self._print(lines.warmed(self._, seconds, requests))
        self._begin(self._("Measuring"), Tally())

    def done(self, one: Sample | Failure) -> None:
        """A measured request is done."""
        if self._tally is None:
            return
        self._tally.add(one)
        if isinstance(one, Failure):
            self._tell_reason(one.error)
        if self._line is None and self._clock() - self._printed >= _PRINTED_EVERY_S:
            self._print(f"  {self._now()}")

    def finished(self, wall_s: float | None) -> None:
        """The measured phase is over; it took so many seconds, None if it was cut off."""
        if self._tally is not None and wall_s is not None:
            self._print(lines.measured(self._, self._tally.snapshot(), wall_s))
        self._begin(self._("Finishing"))

    def _begin(self, phase: str, tally: Tally | None = None) -> None:
        self._phase, self._tally, self._since = phase, tally, self._clock()
        if self._line is not None:
            self._line.refresh()

    def _now(self) -> str:
        # Another thread may begin the next phase meanwhile, so each is read once.
        phase, tally, seconds = self._phase, self._tally, self._clock() - self._since
        if tally is not None:
            return lines.measuring(self._, tally.snapshot(), self._stop, seconds)
        return lines.waiting(phase, seconds) if phase else ""

    def _tell_reason(self, error: str) -> None:
        """Say why a request failed, each reason once and not every one of very many."""
        if error not in self._reasons and len(self._reasons) < _MOST_REASONS:
            self._reasons.add(error)
            self._print(lines.failed(self._, error))

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
        self._printed = self._clock()
