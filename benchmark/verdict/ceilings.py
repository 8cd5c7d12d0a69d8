"""Whether a throughput is more than the stated chips can do; see `benchmark.verdict.limits`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.verdict.chips import ANY, CPU
from benchmark.verdict.limits import Limits, limits_of
from benchmark.verdict.reason import DOUBTFUL, FACTOR, IMPOSSIBLE, because
from benchmark.verdict.stated import figure, section, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.canonical import Json
    from benchmark.verdict.reason import Reason
    from benchmark.verdict.stated import Stated

MARGIN = 2.0
_AT_ONCE = 16
"""Tokens that a step makes at most where some are guessed ahead: engines guess up to ten or so."""

_USUALLY_AT_ONCE = 8
"""More than are taken as a rule: of eight that are guessed some are wrong."""

# Each begins with a letter, so that re skips what begins with another one.
_GUESSED = re.compile(
    r"specul|draft|eagle|medusa|lookahead|lookup|ngram|n-gram|multi[-_ ]?token|hydra|dflash|nextn"
    r"|mtp(?<![a-z]mtp)(?![a-z])|pld(?<![a-z]pld)(?![a-z])|num_spec|jacobi|predicted[-_ ]output"
    r"|spec(?<![a-z]spec)[-_ ](?:dec|tok|num|algo|method|v)|assist(?:ed|ant)[-_ ]?(?:model|gen|dec)"
    r"|suffix[-_ ]?dec|diffusion|dllm|llada|dream(?<![a-z]dream)-"
    r"|投机|推测|推断解码|草稿|猜测解码|多\s*(?:token|词元)|扩散"
)
_PLAIN = frozenset({"draft_tokens", "spec_accept_rate"})
"""Fields that are there where nothing is guessed too."""

_SECOND = 1e3
"""In milliseconds."""

_THROUGHPUT = ".metrics.throughput_tps"


def excesses(said: Stated) -> Iterator[Reason]:
    """What is faster than the chips are."""
    limits = limits_of(said.data)
    if said.throughput > MARGIN * limits.tokens_per_s:
        yield _more_arithmetic(said, limits)
    if is_within_steps(said, limits):
        yield from _slower_others(said)
        return
    guesses, streams = _guesses(said), said.streams
    at_once = _AT_ONCE if guesses else 1
    if streams is not None and said.throughput > MARGIN * at_once * streams * limits.steps_per_s:
        yield _more_bandwidth(said, limits, streams)
    if not guesses:
        yield from _faster_steps(said, limits)
    elif streams is not None:
        yield from _many_at_once(said, limits, streams)
    yield from [*_faster_start(said, limits, guesses=guesses)] or _slower_others(said)


def is_within_steps(said: Stated, limits: Limits) -> bool:
    """Whether a token a step explains every time: whether it guesses takes long to look up."""
    steps = MARGIN * limits.steps_per_s
    return (
        (said.streams is None or said.throughput <= steps * said.streams)
        and (said.tpot is None or said.output <= 1 or said.tpot * steps >= _SECOND)
        and (not said.ttft or said.ttft * steps >= _SECOND)
    )


def _many_at_once(said: Stated, limits: Limits, streams: float) -> Iterator[Reason]:
    tokens = said.throughput / (streams * limits.steps_per_s)
    if tokens > _USUALLY_AT_ONCE:
        yield because(
            DOUBTFUL,
            _THROUGHPUT,
            N_(
                "{throughput} tokens/s are {tokens} a step for each of {streams} in flight, if "
                "reading {size} GB of weights at {bandwidth} GB/s is all that it does ({chips})"
            ),
            throughput=said.throughput,
            tokens=tokens,
            streams=streams,
            **_reading(limits),
        )


def _faster_start(said: Stated, limits: Limits, *, guesses: bool) -> Iterator[Reason]:
    """The first token takes a step too: all of the weights are read for it."""
    if said.ttft and said.ttft * MARGIN * limits.steps_per_s < _SECOND and not guesses:
        yield because(
            DOUBTFUL,
            ".metrics.ttft_ms",
            N_(
                "TTFT is {ttft} ms, but reading {size} GB of weights at {bandwidth} GB/s takes "
                "{shortest} ms ({chips})"
            ),
            ttft=said.ttft,
            shortest=_SECOND / limits.steps_per_s,
            **_reading(limits),
        )


def _slower_others(said: Stated) -> Iterator[Reason]:
    if said.output > 1 and said.streams == 1 and 0 < FACTOR * said.ttft < (said.tpot or 0.0):
        yield because(
            DOUBTFUL,
            ".metrics.ttft_ms",
            N_("the first token took {ttft} ms, but every other one {tpot} ms"),
            ttft=said.ttft,
            tpot=said.tpot,
        )


def _more_arithmetic(said: Stated, limits: Limits) -> Reason:
    return because(
        IMPOSSIBLE,
        _THROUGHPUT,
        _ARITHMETIC.get(limits.chip, _ARITHMETIC[""]),
        throughput=said.throughput,
        active=limits.active,
        limit=limits.tokens_per_s,
        rate=limits.rate,
        chips=f"{limits.chips:,.4g} × {text(said.hardware, 'chip_model')}",
    )


def _more_bandwidth(said: Stated, limits: Limits, streams: float) -> Reason:
    return because(
        IMPOSSIBLE,
        _THROUGHPUT,
        N_(
            "{throughput} tokens/s are claimed, but reading {size} GB of weights at {bandwidth}"
            " GB/s for each step of {streams} in flight allows {limit} tokens/s ({chips})"
        ),
        throughput=said.throughput,
        streams=streams,
        limit=streams * limits.steps_per_s,
        **_reading(limits),
    )


def _faster_steps(said: Stated, limits: Limits) -> Iterator[Reason]:
    """What is typical of a TTFT that holds the generation, or of tokens that came together."""
    if said.tpot is None or said.output <= 1:
        return
    if said.tpot * MARGIN * limits.steps_per_s < _SECOND:
        yield because(
            DOUBTFUL,
            ".metrics.tpot_ms",
            N_(
                "TPOT is {tpot} ms, but reading {size} GB of weights at {bandwidth} GB/s takes "
                "{shortest} ms ({chips})"
            ),
            tpot=said.tpot,
            shortest=_SECOND / limits.steps_per_s,
            **_reading(limits),
        )


def _reading(limits: Limits) -> dict[str, object]:
    return {
        "size": limits.step_bytes / 1e9,
        "bandwidth": limits.bandwidth / 1e9,
        "chips": f"{limits.chips:,.4g} × {limits.chip}",
    }


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


def _guesses(said: Stated) -> bool:
    """Whether it makes several tokens in a step: of that no step's time is known."""
    if figure(said.metrics, "spec_accept_rate"):
        return True
    if figure(section(said.metrics, "server"), "draft_tokens"):
        return True
    return any(map(_tells_of_guesses, said.data.values()))


def _tells_of_guesses(value: Json) -> bool:
    """Wherever it is said: in a command, in notes, in an engine's options."""
    if isinstance(value, str):
        return _GUESSED.search(value.casefold()) is not None
    if isinstance(value, dict):
        # An engine may name the option and say that it is off.
        return any(
            _tells_of_guesses(inner) or (inner and name not in _PLAIN and _tells_of_guesses(name))
            for name, inner in value.items()
        )
    return isinstance(value, list) and any(map(_tells_of_guesses, value))
