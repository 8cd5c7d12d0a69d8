"""What may be written of JSON in a command: its shape, numbers, switches and known words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.credentials import HIDDEN, is_secret_name
from benchmark.errors import InvalidDataError
from benchmark.measure.recorded.values import is_plain, model_name
from benchmark.measure.recorded.vocabulary import KEY_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.canonical import Json

_PART = re.compile(r"[a-z]+|[A-Z][a-z]*|\d{1,6}|[_.-]")
_MOST_PARTS, _MOST_DIGITS = 24, 9
_MODEL_KEYS = ("model", "tokenizer", "draft_model")


def recorded_json(text: str) -> str:
    """The document with every value hidden that is not known to be harmless."""
    try:
        value = canonical.loads(text.encode(), file="")
    except (InvalidDataError, UnicodeEncodeError):
        return HIDDEN
    return canonical.dumps(_recorded(value, "")).decode()


def texts_in(text: str) -> Iterator[str]:
    """Every string in a document that is not written; nothing if it is none."""
    try:
        value = canonical.loads(text.encode(), file="")
    except (InvalidDataError, UnicodeEncodeError):
        return
    yield from _hidden(value, "")


def _recorded(value: Json, key: str) -> Json:
    if isinstance(value, dict):
        return {_key(name): _recorded(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_recorded(item, key) for item in value]
    return value if _is_harmless(value, key) else HIDDEN


def _hidden(value: Json, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if _key(name) == HIDDEN:
                yield name
            yield from _hidden(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _hidden(item, key)
    elif not _is_harmless(value, key):
        yield str(value)


def _key(name: str) -> str:
    """`maxTokens`, `kv_both`, `50256`: made of words and short numbers, so that it is no secret."""
    parts = _PART.findall(name)
    known = all(part.lower() in KEY_WORDS or not part.isalpha() for part in parts)
    short = len(parts) <= _MOST_PARTS and sum(map(str.isdigit, name)) <= _MOST_DIGITS
    return name if known and short and "".join(parts) == name else HIDDEN


def _is_harmless(value: Json, key: str) -> bool:
    if is_secret_name(key) and value is not None and not isinstance(value, bool):
        return False
    if isinstance(value, str):
        return is_plain(value) or (key in _MODEL_KEYS and model_name(value) == value)
    return value is None or isinstance(value, bool) or is_plain(str(value))
