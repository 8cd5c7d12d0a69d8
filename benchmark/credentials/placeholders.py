"""What people write where a secret would stand."""

from __future__ import annotations

import re
from functools import cache

HIDDEN = "HIDDEN"
"""What this package writes there."""

_PLACEHOLDER = r"""
    \$\w+ | \$?\{[^{}]*\} | \$?\{\{[^{}]*\}\} | \$\([^()]*\) | %\w+% | <[^<>]*> | \[[^\[\]]*\]
    | (?:[\w-]{0,16}[-_])? (?: [xX]{3,} | [*•]+ | \.{2,} | … ) [\w.*…-]{0,4}
    | (?:your|my|the|an?)[-_ ]?[\w-]*(?:key|token|secret|password|here)
    | hidden | redacted | masked | removed | omitted | empty | none | null | nil | n/?a
    | true | false | yes | no | on | off
    | dummy | placeholder | unset | unknown | required | optional
    | \d{1,2} | \d+\.\d+
    """
_QUOTES = "\"'`\\,;:."


def is_placeholder(text: str) -> bool:
    """Whether `text` only stands in a secret's place: `HIDDEN`, `$HF_TOKEN`, `<key>`, `xxx`, …."""
    bare = text.strip().strip(_QUOTES)
    return not bare or _placeholder().fullmatch(bare) is not None


@cache
def _placeholder() -> re.Pattern[str]:
    """Compiled where it is needed: that takes 6 ms, and hardly any command asks."""
    return re.compile(_PLACEHOLDER, re.VERBOSE | re.IGNORECASE)
