"""Bits in which the weights of an entry's model are read, at least."""

from __future__ import annotations

import re
from functools import lru_cache

_FEWEST = 1.0
_NATIVE = 4.0
"""Some families are published in so few bits whatever precision computes: gpt-oss, Kimi K2."""

_FEW = tuple((count, rf"(?<!\d)(?:{words})") for count, words in (
    (1, r"bitnet|ternary|1\.58|[iw]?q?1[-_]?bit|iq1|q1|int1|binary"),
    (2, r"2[-_]?bit|int2|q2|iq2|w2a|exl\d|gguf|hqq|vptq|aqlm|quip"),
    (3, r"3[-_]?bit|int3|q3|iq3|w3a"),
    (4, r"4[-_]?bit|u?int4|i4|nvfp4|mxfp4|fp4|nf4|awq|gptq|q4|iq4|w4a|marlin"),
    (4, r"bnb|bitsandbytes|gpt-oss"),
    (5, r"[56][-_]?bit|q[56]|fp6"),
    (8, r"8[-_]?bit|u?int8|i8|mxfp8|fp8|float8|e4m3|e5m2|q8|w8a|smoothquant"),
))  # fmt: skip
_ANY_FEW = re.compile("|".join(words for _, words in _FEW))
_MANY = tuple((count, re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])")) for count, words in (
    (16, r"(?:b?fp?|b?float)16|half|16[-_ ]?bit"),
    (32, r"(?:fp|tf|f|float)32|float|full|single|32[-_ ]?bit"),
))  # fmt: skip
_MISSING = frozenset({"", "none", "null", "no", "n/a", "-", "false", "unquantized"})


def bits(precision: str, quantization: str, name: str, *, is_dense: bool) -> float:
    """The fewest bits of a weight that the precision, the quantization and the name allow.

    Args:
        precision: as an entry states it.
        quantization: likewise.
        name: of the model, which may tell of a quantization too.
        is_dense: whether its family is one that is published in the precision it is run in.
    """
    few, many = _stated(precision.casefold().strip(), quantization.casefold().strip())
    named = _few(name.casefold())
    if few or named:
        return min(each for each in (few, named) if each)
    if not many:
        return _FEWEST
    return many if is_dense else min(many, _NATIVE)


def _read(precision: str, method: str) -> tuple[float | None, float | None]:
    """What tells of few bits, and what of many where nothing else may be meant."""
    many = [count for count, words in _MANY if words.search(precision)]
    return _few(f"{precision} {method}"), min(many) if many and method in _MISSING else None


_stated = lru_cache(maxsize=256)(_read)


def _few(text: str) -> float | None:
    """The fewest bits that a text tells of."""
    if not _ANY_FEW.search(text):
        return None
    return min(count for count, words in _FEW if re.search(words, text))
