"""What the measuring process makes of what ranks answer; here the ranks are threads."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from benchmark.errors import UsageError
from benchmark.measure.engine import EngineFailedError, RequestFailedError
from benchmark.measure.engines.distributed.line import Line
from benchmark.measure.engines.distributed.meeting import Member
from benchmark.measure.engines.distributed.messages import Done, Hello, ResetPeak
from benchmark.measure.engines.distributed.ranks import Ranks

if TYPE_CHECKING:
    from collections.abc import Iterator

SILENT, GONE = "says nothing", "hangs up"


class NoTorchrun:
    """These ranks were started by nobody, on another node."""

    def stop(self, _polite_s: float) -> None:
        """Nothing to stop."""


@contextmanager
def answering(*answers: object) -> Iterator[Ranks]:
    """One rank for each answer, which it gives to everything it is asked."""
    pairs = [socket.socketpair() for _ in answers]
    members = {
        rank: Member(Hello(rank, node=1, local_rank=rank, pid=0), Line(ours))
        for rank, (ours, _) in enumerate(pairs)
    }
    with ThreadPoolExecutor(len(answers)) as threads:
        for (_, theirs), answer in zip(pairs, answers, strict=True):
            threads.submit(serve, Line(theirs), answer)
        ranks = Ranks(members, NoTorchrun(), grace_s=0.2)  # type: ignore[arg-type]
        try:
            yield ranks
        finally:
            ranks.close()


def serve(home: Line, answer: object) -> None:
    """A rank that does as its answer says."""
    while isinstance(home.receive(), ResetPeak):
        if answer == GONE:
            break
        if answer != SILENT:
            home.send(answer)
    home.close()


def test_every_rank_is_asked_and_heard() -> None:
    """Each by its number."""
    with answering(Done(), Done()) as ranks:
        assert ranks.tell_all(ResetPeak()) == {0: Done(), 1: Done()}
        assert ranks.ask({1: ResetPeak()}) == {1: Done()}


def test_a_request_that_every_rank_refuses_fails_and_the_next_may_not() -> None:
    """All have answered, so all are in step."""
    with answering(RequestFailedError("too long"), RequestFailedError("too long")) as ranks:
        for _ in range(2):
            with pytest.raises(RequestFailedError, match="too long"):
                ranks.tell_all(ResetPeak())


def test_a_rank_that_fails_alone_ends_the_run_since_the_others_wait_for_it() -> None:
    """Nobody knows whether they would ever answer."""
    alone = RequestFailedError("out of memory", hint="Take less.")
    with answering(alone, SILENT) as ranks:
        with pytest.raises(EngineFailedError, match="out of memory The other ranks wait") as caught:
            ranks.tell_all(ResetPeak())
        assert caught.value.hint == "Take less."


def test_a_rank_that_hangs_up_ends_the_run_while_others_compute() -> None:
    """It is named with its node."""
    with (
        answering(SILENT, GONE) as ranks,
        pytest.raises(EngineFailedError, match="Rank 1 on node 1 is gone"),
    ):
        ranks.tell_all(ResetPeak())


def test_what_a_rank_says_is_wrong_is_said_as_it_says_it() -> None:
    """With its own kind of error, at once."""
    with (
        answering(SILENT, UsageError("no such model")) as ranks,
        pytest.raises(UsageError, match="no such model"),
    ):
        ranks.tell_all(ResetPeak())
