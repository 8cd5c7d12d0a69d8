"""How many parameters a model has at least that take part in each token.

A mixture of experts uses few of its parameters for a token, and its name may tell only how many
there are. So a size counts in full only in families that are known to be dense; in any other it
counts as it would in the sparsest models of that size. What is not known is not held against it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from benchmark.verdict.reason import FACTOR

FEWEST = 1_000.0
"""Parameters of a model of which nothing is known: the smallest toys have more."""

_NAMED = {
    "gpt2": 124e6,
    "gpt2-medium": 355e6,
    "gpt2-large": 774e6,
    "gpt2-xl": 1.56e9,
    "distilgpt2": 82e6,
    "tiny-gpt2": 1.0e5,
}
"""Models whose names hold no size: https://huggingface.co/openai-community, sshleifer/tiny-gpt2."""

_DENSE = re.compile(
    r"(?:^|[^a-z])(?:gpt2|opt-\d|bloomz?-\d|pythia|gpt-neox?|gpt-j|falcon-?[\d-]|llama-?[23](?!\d)|llama-(?:7|13|30|33|65)b"
    r"|tinyllama|vicuna|codellama|mistral-7b|mistral-nemo|mistral-small|gemma|phi-?[1234]|yi-\d"
    r"|baichuan2?|chatglm\d?|internlm2?|deepseek-(?:llm|coder-(?:1|6|33))|r1-distill|smollm\d?"
    r"|stablelm|starcoder2?|mpt-\d|olmo-\d|qwen|glm-4-9b|minicpm|granite-3|ministral|exaone|solar-10)"
)
_SPARSE = re.compile(r"moe|mixtral|\d+x\d|-\d+e(?:$|[^a-z])|next|omni|-a\d")
_BILLIONS = frozenset({
    *(1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 2, 2.4, 2.5, 2.6, 2.7, 2.8, 3, 3.8, 4, 6, 6.7),
    *(6.9, 7, 7.5, 7.8, 8, 9, 10, 10.7, 11, 12, 13, 14, 15, 15.5, 20, 22, 24, 27, 32, 33, 34, 40),
    *(65, 66, 70, 72, 90, 110, 123, 175, 176, 180, 405),
})  # fmt: skip
"""Sizes of dense models of these families: a mixture may be of the family, and be named without
what tells of it, as Qwen3-235B."""

_UNTRUE = re.compile(r"(?:^|[^a-z])(?:tiny|random|dummy|toy|test|debug|stub|fake|mock)(?:$|[^a-z])")

_SIZE = re.compile(r"(?:^|[^a-z0-9.])(?:\d+x)?e?(\d+(?:\.\d+)?)([bmkt])(?![a-z0-9])")
_ACTIVE = re.compile(r"(?:^|[^a-z0-9])a(\d+(?:\.\d+)?)([bm])(?![a-z0-9])")
_HAS_SIZE = re.compile(r"\d[bmkt]")
_UNITS = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_STATED = re.compile(r"~?(\d+(?:\.\d+)?)\s*(k|m|b|t|thousand|million|billion|trillion)\w*")
_LEAST_STATED = 1e5
_LARGEST_UNNAMED = 40e9

_REDUCED = re.compile(r"draft|assist|specul|eagle|lora|adapter|prun|minitron|head|embed|slim|layer")
_ANOTHER = 16.0
"""Weights of four bits are counted in words of 32: they seem to be an eighth of the parameters."""

# Up to so many parameters a token takes at least such a share: JetMoE 8B/2.2B and LFM2 8.3B/1.5B;
# Ling-mini 16B/1.4B and Qwen3 30B/3B; Kimi K2 1T/32B and Qwen3-Next 80B/3B.
_SHARES = ((12e9, 1 / 8), (40e9, 1 / 16), (float("inf"), 1 / 50))


class Model(NamedTuple):
    """What is known of a model's size.

    Attributes:
        active: parameters that a token takes at least; None where nothing is known.
        is_dense: whether it is of a family all of whose parameters take part.
    """

    active: float | None
    is_dense: bool


class Size(NamedTuple):
    """What an entry states of its model's size.

    Attributes:
        parameters: as people write it.
        counted: as the engine counted it.
    """

    parameters: str | float | None
    counted: float | None


def model_of(name: str, size: Size) -> Model:
    """The model of an entry, by its name and what is stated of its size."""
    named = _by_name(name)
    told = named_and_stated(name, size)
    if told is not None and told[1] < told[0] / _ANOTHER:
        return named
    totals = (_stated(size.parameters), size.counted)
    known = [_least(total, named) for total in totals if total]
    if named.active is not None:
        known.append(named.active)
    return Model(min(known) if known else None, named.is_dense)


def _both(name: str, size: Size) -> tuple[float, float] | None:
    """How many parameters the name of a dense model tells of, and the least that is stated.

    None where one of the two is not known, or a name may be that of a part or a reduced model.
    """
    named, folded = _by_name(name), name.casefold()
    totals = [total for total in (_stated(size.parameters), size.counted) if total]
    if not (named.is_dense and named.active and totals) or _REDUCED.search(folded):
        return None
    return named.active, min(totals)


named_and_stated = lru_cache(maxsize=4096)(_both)


def _is_another(name: str, parameters: str | float | None, counted: float | None = None) -> bool:
    """Whether a dense model has another size than its name, by more than carelessness explains."""
    told = named_and_stated(name, Size(parameters, counted))
    return told is not None and not told[0] / FACTOR <= told[1] <= told[0] * FACTOR


is_misnamed = lru_cache(maxsize=4096)(_is_another)


def _tells_nothing(name: str) -> bool:
    """Whether nothing is known of a model by its name, at a glance."""
    folded = name.casefold()
    return _HAS_SIZE.search(folded) is None and _base(folded) not in _NAMED


tells_no_size = lru_cache(maxsize=4096)(_tells_nothing)


def _base(name: str) -> str:
    return name.strip().rstrip("/").rpartition("/")[2]


def _least(total: float, named: Model) -> float:
    """Where the name tells no size, a large one may be a mixture's, as Mistral Small 4 is."""
    is_dense = named.is_dense and (named.active is not None or total <= _LARGEST_UNNAMED)
    return total if is_dense else total * _share(total)


def _by_name(name: str) -> Model:
    base = _base(name.casefold())
    if base in _NAMED:
        return Model(_NAMED[base], is_dense=True)
    size, active = _smallest(_SIZE, base), _smallest(_ACTIVE, base)
    is_mixed = active is not None or _SPARSE.search(base) is not None
    is_dense = not is_mixed and _DENSE.search(base) is not None and _is_usual(size)
    if active is None and size is not None:
        active = size if is_dense else size * _share(size)
    return Model(None if _UNTRUE.search(base) else active, is_dense)


def _is_usual(size: float | None) -> bool:
    return size is None or size <= _UNITS["b"] or size / _UNITS["b"] in _BILLIONS


def _smallest(pattern: re.Pattern[str], name: str) -> float | None:
    sizes = [float(count) * _UNITS[unit] for count, unit in pattern.findall(name)]
    return min(sizes, default=None)


def _stated(value: str | float | None) -> float | None:
    """A count, or a text such as 7B; a small number may mean billions, and so means nothing."""
    if isinstance(value, str):
        match = _STATED.fullmatch(value.strip().casefold())
        return float(match[1]) * _UNITS[match[2][0]] if match else None
    return value if value is not None and value >= _LEAST_STATED else None


def _share(total: float) -> float:
    return next(share for most, share in _SHARES if total <= most)
