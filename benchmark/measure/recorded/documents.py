"""What may be written of JSON in a command: its shape, numbers, switches and known words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.credentials import HIDDEN, is_secret_name
from benchmark.errors import InvalidDataError
from benchmark.measure.recorded.values import is_plain, model_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.canonical import Json

_KEY = re.compile(r"[a-zA-Z][a-z]{0,24}(?:[_.-]?[A-Z]?[a-z0-9]{1,16}){0,7}")
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
    return name if _KEY.fullmatch(name) else HIDDEN


def _is_harmless(value: Json, key: str) -> bool:
    if is_secret_name(key) and value is not None and not isinstance(value, bool):
        return False
    if isinstance(value, str):
        return is_plain(value) or (key in _MODEL_KEYS and model_name(value) == value)
    return value is None or isinstance(value, bool) or is_plain(str(value))
