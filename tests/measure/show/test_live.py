"""What is seen while a run goes on."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from benchmark.measure.job import Finished, Loaded, Skipped, Started, Waiting, Warmed
from benchmark.measure.load import StopRule
from benchmark.measure.samples import Failure, Series
from benchmark.measure.show.live import Live

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.job import Event, Job

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Screen(io.StringIO):
    """A file that says whether it is a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        """What rich asks."""
        return self.terminal

    def lines(self) -> list[str]:
        """What was on any line at any time, without what moves the cursor."""
        return re.split(r"[\r\n]+", CONTROL.sub("", self.getvalue()))


class Clock:
    """Seconds that pass only when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Starts at 0."""
    return Clock()


@pytest.fixture
def ended(facts: EngineFacts) -> Finished:
    """The end of the twenty requests."""
    return Finished(
        wall_s=10.4,
        facts=facts,
        prompts={},
        device_peak=None,
        host_peak=None,
        energy=None,
        noise=None,
        hopeless=False,
    )


@pytest.fixture
def begun(job: Job, facts: EngineFacts) -> list[Event]:
    """All events before the first measured request."""
    return [Loaded(1.7, facts), Started(job.cells[0], "default", {}), Warmed(3.25, 2)]


def shown(job: Job, clock: Clock, events: list[Event], step: float, *, terminal: bool) -> Screen:
    """The screen after all events, so many seconds apart."""
    screen = Screen(terminal=terminal)
    console = Console(file=screen, width=80, force_terminal=terminal)
    with Live(str, console, job, clock) as live:
        for event in events:
            clock.now += step
            live.add(event)
    return screen


def test_plain_lines_say_what_is_loaded_warmed_up_and_measured(
    job: Job, clock: Clock, begun: list[Event]
) -> None:
    """One line for each phase."""
    lines = shown(job, clock, begun, 1, terminal=False).lines()
    assert lines == [
        "Loading gpt2 (pretrained weights) with transformers on cpu…",
        "Loaded in 1.7 s: 124M parameters, FP32, 2 threads, AMD EPYC.",
        "short: 128 tokens in, 128 out, 1 at a time. Warming up…",
        "Warmed up in 3.2 s with 2 requests. Measuring…",
        "",
    ]


def test_of_a_server_nothing_is_said_to_be_loaded(job: Job, clock: Clock) -> None:
    """Whose weights it has, and on what it computes, is its own affair."""
    lines = shown(job._replace(engine="openai"), clock, [], 1, terminal=False).lines()
    assert lines == ["Reaching what serves gpt2…", ""]


def test_a_password_in_an_address_for_a_model_is_not_shown(job: Job, clock: Clock) -> None:
    """Whether it is loaded or asked for at a server."""
    options = replace(job.options, model="https://me:hunter2hunter2@hub.example/o/m")
    for engine in ("openai", "transformers"):
        asked = job._replace(engine=engine, options=options)
        assert "hunter2" not in "".join(shown(asked, clock, [], 1, terminal=False).lines())


def test_a_slow_run_tells_every_request_and_how_it_stands(
    job: Job, clock: Clock, begun: list[Event], series: Series
) -> None:
    """Speed lately, and the median of a request with its interval once there are six."""
    lines = shown(job, clock, [*begun, *series.samples], 10, terminal=False).lines()
    assert lines[4] == "  0:10/2:00 · 1 requests · 10.00 tokens/s · a request 10.00"
    assert lines[9] == "  1:00/2:00 · 6 requests · 9.984 tokens/s · a request 9.950 ±0.5%"
    assert len(lines) == 4 + 20 + 1


def test_a_log_gets_a_line_every_ten_seconds_at_most_and_always_the_end(
    job: Job, clock: Clock, begun: list[Event], series: Series, ended: Finished
) -> None:
    """Two hundred requests in half a second each."""
    events = [*begun, *series.samples * 10, ended]
    lines = shown(job, clock, events, 0.5, terminal=False).lines()
    progress = [line for line in lines if re.match(r"  \d:\d\d/", line)]
    assert [line[:6] for line in progress[:3]] == ["  0:10", "  0:20", "  0:30"]
    assert len(progress) == 10
    assert lines[-2].startswith("Measured 200 requests, 0 failed, in 10.4 s: ")


def test_a_reason_for_failure_is_told_once_and_cannot_play_with_the_terminal(
    job: Job, clock: Clock, begun: list[Event]
) -> None:
    """A server's words are data."""
    failure = Failure(0, 1, "no\x1b[2J [bold]memory\nat all")
    lines = shown(job, clock, [*begun, *[failure] * 50], 0, terminal=False).lines()
    assert lines[4:] == [r"  a request failed: no\x1b[2J [bold]memory\nat all", ""]


def test_very_many_different_reasons_do_not_flood_the_screen(
    job: Job, clock: Clock, begun: list[Event]
) -> None:
    """Five are enough to see what is wrong."""
    failures = [Failure(0, 1, f"port {number}") for number in range(100)]
    lines = shown(job, clock, [*begun, *failures], 0, terminal=False).lines()
    assert len([line for line in lines if "failed: port" in line]) == 5


def test_how_many_requests_are_wanted_is_said_where_it_is_known(
    job: Job, clock: Clock, begun: list[Event], series: Series
) -> None:
    """`--repeats 20`."""
    counted = job._replace(stop=StopRule(repeats=20, max_time_s=60))
    events = [*begun, Failure(0, 1, "503"), series.samples[0]]
    lines = shown(counted, clock, events, 10, terminal=False).lines()
    assert lines[-2].startswith("  0:20/1:00 · 2/20 requests, 1 failed · ")


def test_why_more_requests_are_sent_than_were_asked_for_is_said(
    job: Job, clock: Clock, series: Series
) -> None:
    """Conversations are measured whole."""
    counted = job._replace(stop=StopRule(repeats=6, max_time_s=60))
    cell = job.cells[0]._replace(workload=job.cells[0].workload._replace(turns=4))
    events: list[Event] = [Started(cell, "default", {}), Warmed(1, 8), series.samples[0]]
    lines = shown(counted, clock, events, 10, terminal=False).lines()
    assert "  6 requests were asked for: 8 are sent, as conversations of 4." in lines
    assert any(" 1/8 requests" in line for line in lines)


def test_why_a_server_is_waited_for_is_said_once(job: Job, clock: Clock) -> None:
    """However often it is asked; its words are data."""
    events: list[Event] = [Waiting("HTTP 503: Loading\x1b[2J", 2.0)] * 5
    lines = shown(job._replace(engine="openai"), clock, events, 2, terminal=False).lines()
    text = r"  The server is not ready (HTTP 503: Loading\x1b[2J): asking again in 2 s…"
    assert lines[1:] == [text, ""]


def test_a_workload_that_does_not_fit_is_said_to_be_skipped(job: Job, clock: Clock) -> None:
    """One of several."""
    event = Skipped(job.cells[0], "it needs 2560 positions")
    lines = shown(job, clock, [event], 0, terminal=False).lines()
    assert lines[1] == "Skipped short: it needs 2560 positions"


def test_on_a_terminal_one_line_lives_and_is_gone_at_the_end(
    job: Job, clock: Clock, begun: list[Event], series: Series, ended: Finished
) -> None:
    """Requests leave no lines behind; what stays are the phases and the result."""
    screen = shown(job, clock, [*begun, *series.samples, ended], 0, terminal=True)
    assert screen.getvalue().count("\n") == 6
    assert "Measured 20 requests" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K")


def test_the_live_line_is_drawn_about_once_a_second_however_many_requests_are_done(
    job: Job, begun: list[Event], series: Series
) -> None:
    """Real time: half a second of requests as fast as they come draws it a few times at most."""
    screen = Screen(terminal=True)
    with Live(str, Console(file=screen, width=80, force_terminal=True), job) as live:
        for event in begun:
            live.add(event)
        until, told = time.monotonic() + 0.5, 0
        while time.monotonic() < until:
            live.add(series.samples[told % 20])
            told += 1
    assert told > 500
    assert len([line for line in screen.lines() if "requests ·" in line]) <= 2


def test_the_live_line_fits_a_terminal_of_80_columns(
    job: Job, clock: Clock, begun: list[Event], series: Series
) -> None:
    """The longest it gets, with failures and an interval."""
    live = Live(str, Console(file=Screen(terminal=False)), job, clock)
    for event in (*begun, *series.samples * 100, *series.failures * 5):
        live.add(event)
    clock.now = 110
    line = live.__rich__().plain
    assert line == "1:50/2:00 · 2010 requests, 10 failed · 9.980 tokens/s · a request 9.814 ±0.1%"
    assert len(line) <= 80


def test_an_exception_inside_gives_the_cursor_back(job: Job) -> None:
    """An interrupt while measuring."""
    screen = Screen(terminal=True)
    with (
        pytest.raises(KeyboardInterrupt),
        Live(str, Console(file=screen, width=80, force_terminal=True), job),
    ):
        raise KeyboardInterrupt
    assert screen.getvalue().rindex("\x1b[?25h") > screen.getvalue().rindex("\x1b[?25l")


@pytest.mark.parametrize("translate", [str, str.upper])
def test_words_pass_through_the_translator(
    job: Job, clock: Clock, translate: Callable[[str], str]
) -> None:
    """Capitals stand for another language; names from outside stay as they are."""
    screen = Screen(terminal=False)
    with Live(lambda text: _outside_braces(text, translate), Console(file=screen), job, clock):
        pass
    assert translate("Loading") in screen.getvalue()
    assert "gpt2" in screen.getvalue()


def _outside_braces(text: str, translate: Callable[[str], str]) -> str:
    parts = re.split(r"(\{[^}]*\})", text)
    return "".join(part if part.startswith("{") else translate(part) for part in parts)
