"""The named workloads: how long the prompts and the answers are, in tokens."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.workload.lengths import DrawnLengths, Lengths

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.canonical import Json

RANDOM = "random"
TEXT = "text"
SHAREGPT = "sharegpt"
LINES = "lines"
QUESTIONS = (SHAREGPT, LINES)
"""Prompts that a file holds whole, one after the other."""

PROMPTS = (RANDOM, TEXT, *QUESTIONS)
ALL = "all"

__all__ = ["WORKLOADS", "DrawnLengths", "Lengths", "Trace", "Workload", "find_workload", "fixed"]


class Trace(NamedTuple):
    """Where timed requests come from.

    Attributes:
        name: the file's name.
        sha256: of its bytes.
        due_s: when each request is due, in order; the workload's `lengths` are theirs.
        left_out: rows without an answer.
        speed: how many times faster than recorded it is played.
        shares_prefixes: whether it says which prompts begin alike; they do not here.
    """

    name: str
    sha256: str
    due_s: tuple[float, ...]
    left_out: int = 0
    speed: float = 1.0
    shares_prefixes: bool = False

    def as_json(self) -> dict[str, Json]:
        """For an entry's workload: whose requests they are, and what was not done as it says."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "speed": self.speed,
            "requests": len(self.due_s),
            "left_out": self.left_out,
            "shared_prefixes_ignored": self.shares_prefixes,
        }


class Workload(NamedTuple):
    """What one run asks of an engine.

    Attributes:
        name: the name people compare results by.
        lengths: one, or those of a mixture; empty if only the dataset knows them, and then the
            workload of the opened `PromptSource` has them.
        concurrency: requests in flight at any time, in a closed loop.
        rate: requests that start per second, in an open loop; None for a closed one.
        arrivals: "poisson" or "constant", of an open loop.
        prompts: one of `PROMPTS`.
        dataset: the file that prompts are taken from, None for none or the built-in text.
        answer: generated tokens of every request, where `lengths` is empty; None for as many as
            the answer in the dataset has.
        seed: of prompts and arrivals, None if the workload does not say.
        natural: answers may end before their length, where the model ends them.
        burstiness: shape of the gamma distribution of an open loop's gaps.
        max_in_flight: an open loop's limit, None for none.
        ramp_up_s: seconds in which the load grows to what it says.
        shared_prefix: tokens at the beginning of every prompt that all have in common, part of
            `lengths`.
        turns: of a conversation; `lengths` are a turn's own then, without what was said before.
        trace: of timed requests, which keep their order.
    """

    name: str
    lengths: tuple[Lengths | DrawnLengths, ...]
    concurrency: int = 1
    rate: float | None = None
    arrivals: str = "poisson"
    prompts: str = RANDOM
    dataset: Path | None = None
    answer: int | None = None
    seed: int | None = None
    natural: bool = False
    burstiness: float = 1.0
    max_in_flight: int | None = None
    ramp_up_s: float = 0.0
    shared_prefix: int = 0
    turns: int = 1
    trace: Trace | None = None

    @property
    def shares(self) -> bool:
        """Whether prompts begin alike on purpose."""
        return self.shared_prefix > 0 or self.turns > 1

    @property
    def is_mixture(self) -> bool:
        """Whether requests differ in length."""
        return len(self.lengths) > 1

    @property
    def input_length(self) -> int:
        """Prompt tokens: exact for one length, the weighted mean of a mixture, rounded.

        In a conversation the mean over its turns, each with all that was said before. 0 as long as
        only the dataset knows them.
        """
        before = (self.turns - 1) / 2
        return self._mean([one.input for one in self.lengths]) + round(
            before * self._mean([one.input + one.output for one in self.lengths])
        )

    @property
    def output_length(self) -> int:
        """Generated tokens: exact for one length, the weighted mean of a mixture, rounded.

        0 as long as only the dataset knows them.
        """
        return self._mean([one.output for one in self.lengths])

    @property
    def longest(self) -> int:
        """The most tokens of prompt and answer together; 0 if only the dataset knows them."""
        return self.turns * max((sum(one.most) for one in self.lengths), default=0)

    @property
    def outputs(self) -> frozenset[tuple[int, int]]:
        """Fewest and most tokens of an answer, for each kind of request."""
        return frozenset(one.outputs for one in self.lengths)

    def _mean(self, tokens: list[int]) -> int:
        if len(tokens) <= 1:
            return sum(tokens)
        weighted = [one.weight * count for one, count in zip(self.lengths, tokens, strict=True)]
        return round(sum(weighted) / sum(one.weight for one in self.lengths))


def fixed(name: str, input_length: int, output_length: int, concurrency: int = 1) -> Workload:
    """A closed loop of requests of one length."""
    return Workload(name, (Lengths(input_length, output_length),), concurrency)


QUICK = "quick"
WORKLOADS = {
    workload.name: workload
    for workload in (
        fixed("short", 128, 128),
        # `run --quick`: enough requests for an interval in some seconds.
        fixed(QUICK, 32, 16),
        fixed("long", 2048, 512),
        fixed("stress", 256, 256, concurrency=10),
        # One at a time and long enough to look at the gaps between tokens.
        fixed("streaming", 128, 256),
        fixed("batch", 128, 128, concurrency=8),
        Workload(
            "mixed",
            (
                Lengths(32, 64, weight=1.0),
                Lengths(128, 128, weight=2.0),
                Lengths(512, 128, weight=1.0),
                Lengths(256, 256, weight=1.0),
            ),
        ),
        fixed("Q1", 32, 64),
        fixed("Q2", 512, 128),
        fixed("Q3", 128, 256),
        fixed("Q4", 256, 256),
        fixed("Q5", 32, 64, concurrency=10),
        fixed("Q6", 512, 256, concurrency=10),
        fixed("Q7", 256, 512),
        fixed("Q8", 192, 128),
        # A system prompt or a document that every request begins with.
        fixed("shared-prefix", 1152, 128)._replace(shared_prefix=1024),
        # Every turn sends all that was said before, the server's own answers included.
        fixed("conversation", 128, 128)._replace(turns=4),
    )
}


def find_workload(name: str) -> Workload:
    """The workload called `name`.

    Raises:
        UsageError: if there is none, listing those there are.
    """
    try:
        return WORKLOADS[name]
    except KeyError:
        close = get_close_matches(name.casefold(), {one.casefold() for one in WORKLOADS}, 1)
        meant = next((one for one in WORKLOADS if one.casefold() in close), None)
        every = ", ".join(WORKLOADS)
        names = N_("Choose one of: {0}; or {1}; or a .yaml file.").format(every, ALL)
        raise UsageError(
            f"There is no workload {name!r}.",
            hint=N_("Did you mean {0}? {1}").format(meant, names) if meant else names,
        ) from None
