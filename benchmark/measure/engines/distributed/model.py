"""The model that all ranks are together, as a load driver sees one model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmark.measure.engine import RequestFailedError
from benchmark.measure.engines.distributed import clock
from benchmark.measure.engines.distributed.messages import Generate, ReadPeak, ResetPeak

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.engines.distributed.clock import Offset
    from benchmark.measure.engines.distributed.layout import Layout
    from benchmark.measure.engines.distributed.messages import Answer
    from benchmark.measure.engines.distributed.ranks import Ranks
    from benchmark.measure.samples import Timing

_NS_PER_US = 1000


class DistributedModel:
    """Loaded ranks.

    Args:
        ranks: all of them.
        layout: who does what.
        facts: what they execute.
    """

    def __init__(self, ranks: Ranks, layout: Layout, facts: EngineFacts) -> None:
        self._ranks = ranks
        self._layout = layout
        self._facts = facts
        self._offsets = {rank: self._offset(rank) for rank in self._firsts()}

    def generate(self, prompts: Sequence[Sequence[int]], output_length: int) -> tuple[Timing, ...]:
        """Generate exactly `output_length` tokens for each prompt, greedily; one timing each.

        Every copy of the model answers its share as a batch of its own.

        Raises:
            RequestFailedError: if an answer is not exactly that.
            EngineFailedError: if a rank is gone.
        """
        return tuple(timing for timing, _ in self.answer(prompts, output_length))

    def answer(
        self, prompts: Sequence[Sequence[int]], output_length: int
    ) -> list[tuple[Timing, tuple[int, ...]]]:
        """As `generate`, with the tokens."""
        layout, commands = self._layout, {}
        shares = layout.shares(len(prompts))
        for replica, share in enumerate(shares):
            if share:
                part = Generate(tuple(tuple(prompts[i]) for i in share), output_length)
                commands.update(dict.fromkeys(layout.group(replica), part))
        answers = self._ranks.ask(commands)
        found = []
        for replica in (replica for replica, share in enumerate(shares) if share):
            told = self._agreed([answers[rank] for rank in layout.group(replica)])
            timing = clock.ours(told.timing, self._offsets[layout.group(replica)[0]])
            found += [(timing, tokens) for tokens in told.tokens]
        self._renew_offsets(max(timing.end_ns for timing, _ in found))
        return found

    def facts(self) -> EngineFacts:
        """What is executing, and how wrong the stamps of other nodes can be."""
        error = max(offset.error_ns for offset in self._offsets.values())
        if not error:
            return self._facts
        details = {**self._facts.details, "clock_error_us": error / _NS_PER_US}
        return replace(self._facts, details=details)

    def reset_peak_memory(self) -> None:
        """Forget the devices' peaks so far, where there are devices."""
        self._ranks.tell_all(ResetPeak())

    def peak_memory(self) -> int | None:
        """Bytes at the devices' peaks since the last reset, summed over all ranks."""
        peaks = [peak.bytes for peak in self._ranks.tell_all(ReadPeak()).values()]
        return None if None in peaks else sum(peaks)

    def close(self) -> None:
        """End all ranks."""
        self._ranks.close()

    def _agreed(self, told: Sequence[Answer]) -> Answer:
        """The first rank's answer; parts of one model that differ in tokens went astray."""
        if any(one.tokens != told[0].tokens for one in told):
            raise RequestFailedError("The ranks of one model generated different tokens.")
        return told[0]

    def _firsts(self) -> list[int]:
        return [self._layout.group(replica)[0] for replica in range(self._layout.data)]

    def _offset(self, rank: int) -> Offset:
        if self._ranks.members[rank].hello.node == 0:
            return clock.SAME_MACHINE
        return clock.find_offset(lambda: self._ranks.clock(rank))

    def _renew_offsets(self, now_ns: int) -> None:
        for rank, offset in self._offsets.items():
            if offset != clock.SAME_MACHINE and now_ns - offset.found_ns > clock.RENEW_NS:
                self._offsets[rank] = self._offset(rank)
