"""Bits in which the weights of an entry's model are read, at least."""

from __future__ import annotations

import re

_FEWEST = 1.0
_NATIVE = 4.0
"""Some families are published in so few bits whatever precision computes: gpt-oss, Kimi K2."""

_ALONE = r"(?:^|[^a-z0-9]){}(?:$|[^a-z0-9])"
_FEW: tuple[tuple[float, str], ...] = (
    (1, r"bitnet|ternary|1\.58|[iw]?q?1[-_]?bit|iq1|q1|int1|binary"),
    (2, r"2[-_]?bit|int2|q2|iq2|w2a|exl\d|gguf|hqq|vptq|aqlm|quip"),
    (3, r"3[-_]?bit|int3|q3|iq3|w3a"),
    (4, r"4[-_]?bit|u?int4|i4|nvfp4|mxfp4|fp4|nf4|awq|gptq|q4|iq4|w4a|marlin"),
    (4, r"bnb|bitsandbytes|gpt-oss"),
    (5, r"[56][-_]?bit|q[56]|fp6"),
    (8, r"8[-_]?bit|u?int8|i8|mxfp8|fp8|float8|e4m3|e5m2|q8|w8a|smoothquant"),
)  # fmt: skip
_MANY: tuple[tuple[float, str], ...] = (
    (16, _ALONE.format(r"(?:b?fp?|b?float|torch\.b?float)16|half")),
    (32, _ALONE.format(r"(?:fp|tf|f|float|torch\.float)32|float|full")),
)
_MISSING = frozenset({"", "none", "null", "no", "n/a", "-", "false", "unquantized"})


def bits(precision: str, quantization: str, name: str, *, is_dense: bool) -> float:
    """The fewest bits of a weight that the precision, the quantization and the name allow.

    Args:
        precision: as an entry states it.
        quantization: likewise.
        name: of the model, which may tell of a quantization too.
        is_dense: whether its family is one that is published in the precision it is run in.
    """
    stated = precision.casefold().strip()
    method = quantization.casefold().strip()
    said = f"{stated} {method} {name.casefold()}"
    few = [count for count, words in _FEW if re.search(words, said)]  # fmt: skip
    many = [count for count, words in _MANY if re.search(words, stated)]
    if few:
        return min(few)
    if not many or method not in _MISSING:
        return _FEWEST
    return min(many) if is_dense else min(*many, _NATIVE)
