"""Whether a throughput is more than the stated chips can do.

Each decoding step reads the weights that take part at least once from memory, and makes one token
for each request in flight; each token takes two operations for each such parameter (roofline:
https://doi.org/10.1145/1498765.1498785; 2N operations a token: https://arxiv.org/abs/2001.08361).
What the chips' caches can hold need not be read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from benchmark.i18n import N_
from benchmark.verdict.chip_names import chip_named
from benchmark.verdict.chips import ANY, CPU, Chip
from benchmark.verdict.models import FEWEST, model_of
from benchmark.verdict.precisions import bits
from benchmark.verdict.reason import DOUBTFUL, IMPOSSIBLE, because
from benchmark.verdict.stated import figure, section, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

MARGIN = 2.0

_MOST_CHIPS = 1e6
"""More than anybody has in one cluster."""

_GUESSED = re.compile(r"specul|draft|eagle|medusa|lookahead|ngram|n-gram|\bmtp\b|multi-token")

_SINGLE_BITS, _HALF_BITS = 32, 16
_THROUGHPUT = ".metrics.throughput_tps"


class _Limits(NamedTuple):
    """What decides how fast tokens can come.

    Attributes:
        chip: what each of the chips can do.
        chips: how many there are.
        active: parameters that a token takes at least.
        width: bits of each, at least.
    """

    chip: Chip
    chips: float
    active: float
    width: float

    @property
    def bandwidth(self) -> float:
        """Bytes per second of all chips."""
        return self.chips * self.chip.bandwidth * 1e9

    @property
    def step_bytes(self) -> float:
        """Bytes that a step reads from memory at least."""
        return self.active * self.width / 8 - self.chips * self.chip.cache * 1e6

    @property
    def rate(self) -> float:
        """Operations per second of all chips."""
        single, half, fewer = self.chip.tera
        few = half if self.width >= _HALF_BITS else fewer
        return self.chips * 1e12 * (single if self.width >= _SINGLE_BITS else few)


def excesses(said: Stated) -> Iterator[Reason]:
    """What is faster than the chips are."""
    limits, is_known = _limits(said)
    yield from _more_arithmetic(said, limits)
    if is_known and limits.step_bytes > 0 and not _guesses(said):
        yield from _more_bandwidth(said, limits)
        yield from _faster_steps(said, limits)


def _more_arithmetic(said: Stated, limits: _Limits) -> Iterator[Reason]:
    limit = limits.rate / (2 * limits.active)
    if said.throughput > MARGIN * limit:
        yield because(
            IMPOSSIBLE,
            _THROUGHPUT,
            _ARITHMETIC.get(limits.chip.name, _ARITHMETIC[""]),
            throughput=said.throughput,
            active=limits.active,
            limit=limit,
            rate=limits.rate,
            chips=f"{limits.chips:,.4g} × {text(said.hardware, 'chip_model')[:80]}",
        )


def _more_bandwidth(said: Stated, limits: _Limits) -> Iterator[Reason]:
    if said.streams is None:
        return
    limit = said.streams * limits.bandwidth / limits.step_bytes
    if said.throughput > MARGIN * limit:
        yield because(
            IMPOSSIBLE,
            _THROUGHPUT,
            N_(
                "{throughput} tokens/s are claimed, but reading {size} GB of weights at {bandwidth}"
                " GB/s for each step of {streams} in flight allows {limit} tokens/s ({chips})"
            ),
            throughput=said.throughput,
            size=limits.step_bytes / 1e9,
            bandwidth=limits.bandwidth / 1e9,
            streams=said.streams,
            limit=limit,
            chips=f"{limits.chips:,.4g} × {limits.chip.name}",
        )


def _faster_steps(said: Stated, limits: _Limits) -> Iterator[Reason]:
    """What is typical of a TTFT that holds the generation, or of tokens that came together."""
    shortest = 1e3 * limits.step_bytes / limits.bandwidth
    if said.tpot is not None and said.tpot * MARGIN < shortest and said.output > 1:
        yield because(
            DOUBTFUL,
            ".metrics.tpot_ms",
            N_(
                "TPOT is {tpot} ms, but reading {size} GB of weights at {bandwidth} GB/s takes "
                "{shortest} ms ({chips})"
            ),
            tpot=said.tpot,
            size=limits.step_bytes / 1e9,
            bandwidth=limits.bandwidth / 1e9,
            shortest=shortest,
            chips=f"{limits.chips:,.4g} × {limits.chip.name}",
        )


_ARITHMETIC = {
    "": N_(
        "{throughput} tokens/s are claimed, but 2 × {active} operations a token at {rate}/s allow "
        "{limit} tokens/s ({chips})"
    ),
    CPU.name: N_(
        "{throughput} tokens/s are claimed, but 2 × {active} operations a token at {rate}/s, more "
        "than any machine without an accelerator has, allow {limit} tokens/s ({chips})"
    ),
    ANY.name: N_(
        "{throughput} tokens/s are claimed, but 2 × {active} operations a token at {rate}/s, more "
        "than any chip has, allow {limit} tokens/s ({chips})"
    ),
}


def _limits(said: Stated) -> tuple[_Limits, bool]:
    """The limits, and whether chip and model are known well enough to reckon with memory."""
    model, chip = model_of(said.data), chip_named(text(said.hardware, "chip_model"))
    width = bits(
        text(said.model, "precision"),
        text(said.model, "quantization"),
        text(said.model, "name")[:512],
        is_dense=model.is_dense,
    )
    known = chip is not ANY and model.active is not None
    return _Limits(chip, _count(said), model.active or FEWEST, width), known


def _count(said: Stated) -> float:
    """Chips in all; of several nodes it may be that each one's were counted."""
    nodes = figure(section(said.data, "cluster"), "node_count") or 1
    per_node = figure(said.hardware, "chips_per_node") or 1
    count = figure(said.hardware, "chip_count") or 1
    return min(_MOST_CHIPS, max(count, nodes * per_node))


def _guesses(said: Stated) -> bool:
    """Whether it makes several tokens in a step: of that no step's time is known."""
    if figure(said.metrics, "spec_accept_rate") is not None:
        return True
    server = section(said.metrics, "server")
    if figure(server, "draft_tokens"):
        return True
    metadata = section(said.data, "metadata")
    words = (text(metadata, "reproducible_cmd"), text(metadata, "notes"), text(said.data, "engine"))
    return any(_GUESSED.search(each.casefold()) for each in words if each)
