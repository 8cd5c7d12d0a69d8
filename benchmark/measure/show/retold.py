"""Sentences that an entry tells in English, told in the reader's language.

A sentence is recognised by the message that it was made from: what stands in the message's fields
is taken over as it is. What is not recognised, because another program or version wrote it, is left
as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Translator = Callable[[str], str]

_LONGEST = 1000
"""Characters; ours are shorter, and to search more could take long."""

_FIELD = re.compile(r"{(\w+)(?::[^}]*)?}")


def retold(_: Translator, text: str, messages: Iterable[str]) -> str:
    """The sentence in the translator's language, if it was made from one of the messages."""
    if len(text) > _LONGEST:
        return text
    # One message may be a part of another: the longer one says more.
    for message in sorted(messages, key=len, reverse=True):
        found = _pattern(message).fullmatch(text)
        if found is not None:
            # The fields hold words that have been formatted already.
            parts = _FIELD.split(_(message))
            return "".join(found[part] if index % 2 else part for index, part in enumerate(parts))
    return text


@cache
def _pattern(message: str) -> re.Pattern[str]:
    """What matches every text that was made from a message; no field stands twice in one."""
    parts = _FIELD.split(message)
    fields = (
        f"(?P<{part}>.*?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )
    return re.compile("".join(fields), re.DOTALL)
