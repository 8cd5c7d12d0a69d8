"""Single values: which of them give nothing away."""

from __future__ import annotations

import re

from benchmark import credentials
from benchmark.measure.recorded.vocabulary import WORDS

_MOST_DIGITS = 9
"""A longer number may be somebody's PIN or account."""

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,2})?", re.IGNORECASE)
_MEASURE = re.compile(r"(?P<number>[+-]?[\d.]+)(?:[kmgt]i?b?|b|ms|s|min|m|h|x|%)?", re.IGNORECASE)
_PARTS = re.compile(r"[,:;=/@|+ -]+")
_LONGEST_LIST = 200
_NAME = re.compile(r"[\w.-]{1,96}(?:/[\w.-]{1,96})?(?::[\w.-]{1,40})?", re.ASCII)
_FILE = re.compile(r"[\w. -]{1,80}\.(?:py|sh|json|ya?ml|toml|txt|gguf|jinja2?|jsonl|csv)", re.ASCII)
_RANDOM_RUN = re.compile(r"[A-Za-z0-9]{20,}")


def is_plain(text: str) -> bool:
    """Whether it is a number of at most nine digits, a switch, or a word of `vocabulary`."""
    return text.lower() in WORDS or _is_number(text)


def is_quantity(text: str) -> bool:
    """Whether it is a list, range, ratio or size of such: `0-3,8`, `16g`, `8000:8000`."""
    parts = [part for part in _PARTS.split(text.strip("\"'")) if part]
    return (
        bool(parts)
        and len(text) <= _LONGEST_LIST
        and all(is_plain(part) or _is_measure(part) for part in parts)
    )


def model_name(text: str) -> str | None:
    """The name of a model or tokenizer, of a path its last part; None if it is not like one."""
    name = text.replace("\\", "/").rstrip("/")
    if name.startswith(("/", ".", "~")) or name.count("/") > 1:
        name = name.rpartition("/")[2]
    return name if _NAME.fullmatch(name) and _is_readable(name) else None


def file_name(text: str) -> str | None:
    """The name of a file, without where it is; None if it is not like one."""
    name = text.replace("\\", "/").rpartition("/")[2]
    return name if _FILE.fullmatch(name) and _is_readable(name) else None


def _is_readable(name: str) -> bool:
    return _RANDOM_RUN.search(name) is None and credentials.mask(name) == name


def _is_number(text: str) -> bool:
    digits = sum(char.isdigit() for char in text)
    return digits <= _MOST_DIGITS and text.isascii() and _NUMBER.fullmatch(text) is not None


def _is_measure(text: str) -> bool:
    match = _MEASURE.fullmatch(text)
    return match is not None and _is_number(match["number"])
