"""All ranks as the measuring process sees them: ask, collect, notice who is gone."""

from __future__ import annotations

import selectors
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from benchmark.errors import BenchmarkError
from benchmark.i18n import N_
from benchmark.measure.engine import EngineFailedError, RequestFailedError
from benchmark.measure.engines.distributed.messages import End, Ping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.measure.engines.distributed.meeting import Member
    from benchmark.measure.engines.distributed.messages import Command
    from benchmark.measure.engines.distributed.torchrun import Agent

_GRACE_S = 30.0
"""After one rank failed, the others of its group may wait for it in a collective for ever."""

_POLITE_S = 5.0
_AGENT_NOTICES_S = 5.0
_KILLED = signal.SIGKILL if hasattr(signal, "SIGKILL") else None


class Ranks:
    """Lines to all ranks.

    Args:
        members: by rank.
        agent: torchrun's on this node.
        grace_s: seconds the others have to answer once one failed.
    """

    def __init__(
        self, members: Mapping[int, Member], agent: Agent, grace_s: float = _GRACE_S
    ) -> None:
        self.members = members
        self._agent = agent
        self._grace_s = grace_s
        self._busy = False

    def tell_all(self, command: Command) -> dict[int, Any]:
        """Ask every rank the same."""
        return self.ask(dict.fromkeys(self.members, command))

    def ask(self, commands: Mapping[int, Command]) -> dict[int, Any]:
        """Ask some ranks at once; each one's answer.

        Sleeps meanwhile, so the ranks have every core.

        Raises:
            RequestFailedError: if a rank says so and all have answered.
            BenchmarkError: whatever else a rank says.
            EngineFailedError: if a rank is gone, or others wait for one that failed.
        """
        self._busy = True
        for rank, command in commands.items():
            self._send(rank, command)
        answers = self._collect(set(commands))
        self._busy = False
        for rank in sorted(answers):
            if isinstance(answers[rank], BenchmarkError):
                raise answers[rank]
        return answers

    def clock(self, rank: int) -> int:
        """A rank's clock, now."""
        return int(self.ask({rank: Ping()})[rank].ns)

    def close(self) -> None:
        """End every rank and torchrun; none is left when this returns."""
        if not self._busy:
            for member in self.members.values():
                with suppress(OSError):
                    member.line.send(End())
        self._agent.stop(0.0 if self._busy else _POLITE_S)
        for member in self.members.values():
            member.line.close()

    def _send(self, rank: int, command: Command) -> None:
        try:
            self.members[rank].line.send(command)
        except OSError:
            raise self._gone(rank) from None

    def _collect(self, waiting: set[int]) -> dict[int, Any]:
        answers: dict[int, Any] = {}
        failed: RequestFailedError | None = None
        with selectors.DefaultSelector() as selector:
            for rank in waiting:
                selector.register(self.members[rank].line, selectors.EVENT_READ, rank)
            while waiting:
                ready = selector.select(None if failed is None else self._grace_s)
                if not ready and failed is not None:
                    raise EngineFailedError(
                        f"{failed} The other ranks wait for that one.", hint=failed.hint
                    )
                for key, _ in ready:
                    answers[key.data] = answer = self._receive(key.data)
                    selector.unregister(key.fileobj)
                    waiting.remove(key.data)
                    failed = answer if isinstance(answer, RequestFailedError) else failed
        return answers

    def _receive(self, rank: int) -> Any:  # noqa: ANN401 - one of the messages
        try:
            answer = self.members[rank].line.receive()
        except EOFError:
            raise self._gone(rank) from None
        if isinstance(answer, BenchmarkError) and not isinstance(answer, RequestFailedError):
            raise answer
        return answer

    def _gone(self, rank: int) -> EngineFailedError:
        """Why, if torchrun on this node knows; another node's output is there."""
        hello = self.members[rank].hello
        who = f"Rank {rank} on node {hello.node}"
        if hello.node:
            return EngineFailedError(
                f"{who} is gone.", hint=N_("See what was printed on that node.")
            )
        self._agent.ended(_AGENT_NOTICES_S)
        number = self._agent.signal_of(hello.pid)
        words = self._agent.last_words(hello.local_rank)
        if number is not None and number == _KILLED:
            return EngineFailedError(
                f"{who} was killed, most likely because memory ran out. {words}".strip(),
                hint=N_("Choose a smaller model, a shorter workload or --dtype bfloat16."),
            )
        how = "ended" if number is None else f"was ended by {number.name}"
        return EngineFailedError(f"{who} {how}. {words}".strip())
