"""Of a server's log, what says why it ended."""

from __future__ import annotations

import pytest

from benchmark.measure.endpoint.last_words import last_words

CALLS = """\
{0}Traceback (most recent call last):
{0}  File "/opt/server/engine.py", line 543, in stream
{0}    yield from self.step()
{0}               ^^^^^^^^^^^
{0}ValueError: no padding token
"""
CHAIN = "\nDuring handling of the above exception, another exception occurred:\n\n"


@pytest.mark.parametrize("before", ["", "(EngineCore pid=7) ERROR 11-26 [core.py:700] "])
def test_of_a_traceback_what_was_raised_is_shown(before: str) -> None:
    """Whatever a logger writes before its lines; what is printed around it stays."""
    log = f"starting\n{CALLS.format(before)}{CHAIN}{CALLS.format(before)}stopping\n  cleanly\n"
    assert last_words(log) == (
        "starting",
        f"{before}ValueError: no padding token",
        "stopping",
        "  cleanly",
    )


def test_the_last_lines_are_shown_each_once() -> None:
    """Without colours, blank lines and our own questions."""
    noise = 'INFO: 127.0.0.1:5 - "GET /v1/models HTTP/1.1" 200 OK\n\n'
    log = "".join(f"\x1b[32mline {number}\x1b[0m\n{noise}" for number in range(40))
    told = last_words(log + "line 30\n")
    assert told == (*(f"line {number}" for number in range(25, 40) if number != 30), "line 30")


def test_a_request_that_failed_is_shown() -> None:
    """Others tell nothing of what went wrong."""
    asked = 'INFO: 127.0.0.1:5 - "POST /v1/chat/completions HTTP/1.1" {}'
    log = "\n".join(asked.format(end) for end in ("200 OK", "404 Not Found", "500 Broken"))
    assert last_words(log) == (asked.format("500 Broken"),)


def test_any_text_is_a_log() -> None:
    """A traceback whose beginning is cut off, or that never ends."""
    assert last_words("") == ()
    assert last_words("    return x\nKeyError: 1") == ("    return x", "KeyError: 1")
    assert last_words("Traceback (most recent call last):\n  File") == ()
