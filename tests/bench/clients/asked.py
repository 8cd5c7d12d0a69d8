"""What every client is asked, and what is read of its own files."""

from __future__ import annotations

from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENTS = ROOT / ".venvs"
INPUT, OUTPUT = 128, 64


class Asked(NamedTuple):
    """One run of one client.

    Attributes:
        url: of the server, without a path.
        model: a folder: the name it is served by, and its tokenizer.
        hub: a cache of the Hub's client that has this tokenizer as `local/tiny`.
        concurrency: requests in flight.
        requests: that are measured.
        seed: of prompts, another one in each run.
        folder: of this run.
    """

    url: str
    model: Path
    hub: Path
    concurrency: int
    requests: int
    seed: int
    folder: Path


class Request(NamedTuple):
    """What a client kept of one request: seconds on its own clock, and tokens."""

    start_s: float
    ttft_s: float
    e2e_s: float
    tokens: int
    prompt_tokens: int

    @property
    def tpot_s(self) -> float:
        """The same definition for all: the time after the first token by the tokens after it."""
        return (self.e2e_s - self.ttft_s) / (self.tokens - 1)


class Inside(NamedTuple):
    """The server's own means over one run, warm-up included."""

    ttft_s: float
    tpot_s: float


class Figures(NamedTuple):
    """Of one run: medians over its requests, and all tokens over its wall clock.

    Attributes:
        on_the_way_ms: its mean TTFT less the server's.
        tpot_share: its mean TPOT by the server's.
    """

    ttft_ms: float
    tpot_ms: float
    tokens_per_s: float
    on_the_way_ms: float
    tpot_share: float
    prompt_tokens: float


class Client(NamedTuple):
    """One tool."""

    name: str
    program: Path
    command: Callable[[Asked], list[str]]
    read: Callable[[Path], list[Request]]


def figures(requests: Sequence[Request], inside: Inside) -> Figures:
    """By one set of definitions, whatever the tool itself reports."""
    begin = min(one.start_s for one in requests)
    end = max(one.start_s + one.e2e_s for one in requests)
    return Figures(
        ttft_ms=1000 * median(one.ttft_s for one in requests),
        tpot_ms=1000 * median(one.tpot_s for one in requests),
        tokens_per_s=sum(one.tokens for one in requests) / (end - begin),
        on_the_way_ms=1000 * (mean(one.ttft_s for one in requests) - inside.ttft_s),
        tpot_share=mean(one.tpot_s for one in requests) / inside.tpot_s,
        prompt_tokens=median(one.prompt_tokens for one in requests),
    )
