"""The line between two processes: only for those who know the key, broken at once when one ends."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from benchmark.measure.engines.distributed import line

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = b"k" * 32


@contextmanager
def both_ends(called_with: bytes = KEY) -> Iterator[tuple[line.Line, line.Line]]:
    """A caller's and a listener's end over loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as other:
        caller = other.submit(line.call, server.getsockname(), called_with, 5)
        accepted, _ = server.accept()
        try:
            listener = line.answer(accepted, KEY)
        except PermissionError:
            with pytest.raises(OSError, match=r"gone|reset|closed"):
                caller.result(5)
            raise
        yield caller.result(5), listener


def test_messages_of_any_size_arrive_whole_and_in_order() -> None:
    """Both ways."""
    with both_ends() as (caller, listener), ThreadPoolExecutor(1) as other:
        sent = [list(range(size)) for size in (0, 1, 300_000)]
        done = other.submit(lambda: [caller.send(message) for message in sent])
        assert [listener.receive() for _ in sent] == sent
        done.result(5)
        listener.send("thanks")
        assert caller.receive() == "thanks"


def test_a_caller_without_the_key_is_turned_away() -> None:
    """Before anything it sends is read as a message."""
    with pytest.raises(PermissionError), both_ends(b"x" * 32):
        pass


def test_a_listener_without_the_key_is_hung_up_on() -> None:
    """It gets no proof that it could show to another."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as other:
        caller = other.submit(line.call, server.getsockname(), KEY, 5)
        stranger, _ = server.accept()
        stranger.sendall(b"n" * 32)
        stranger.recv(64)
        stranger.sendall(b"p" * 32)
        with pytest.raises(PermissionError):
            caller.result(5)


def test_an_end_that_is_closed_is_noticed_at_the_other() -> None:
    """A waiting receiver wakes up."""
    with both_ends() as (caller, listener), ThreadPoolExecutor(1) as other:
        waiting = other.submit(listener.receive)
        caller.close()
        with pytest.raises(EOFError):
            waiting.result(5)
