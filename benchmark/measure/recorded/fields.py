"""How each option of `run` is recorded: what is no number has a rule here, or is hidden."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark import credentials
from benchmark.credentials import HIDDEN
from benchmark.measure.recorded.commands import recorded_command
from benchmark.measure.recorded.documents import recorded_json
from benchmark.measure.recorded.urls import is_known_host, recorded_url
from benchmark.measure.recorded.values import file_name, is_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_HEADER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9-]{0,60}):\s*(?P<value>.*)", re.DOTALL)
_REFERENCES = re.compile(r"(?:(?:Bearer|Basic|Token)\s+)?\$\{?[A-Za-z_]\w*\}?")
_LIMITS = re.compile(r"[a-z0-9]{1,12}(?:<=?|=)[\d.]{1,9}(?:ms|s)?")


def recorded_field(name: str, value: object, model: str = "") -> str:
    """What is written of an option's value that is no number.

    Args:
        name: of the field of `RunOptions`.
        value: what was asked.
        model: what is measured, which may stand in a URL.
    """
    if isinstance(value, Path):
        return _file(str(value))
    if name == "base_url":
        return recorded_url(str(value), model).text
    if name == "serve":
        return recorded_command(str(value), model).text
    return RULES.get(name, _hidden)(str(value))


def _as_it_is(text: str) -> str:
    """One of our own words, or a public name; still no credential."""
    return credentials.mask(text)


def _hidden(_: str) -> str:
    return HIDDEN


def _plain(text: str) -> str:
    return text if is_plain(text) else HIDDEN


def _model(text: str) -> str:
    return recorded_url(text).text if "://" in text else _as_it_is(text)


def _name(text: str) -> str:
    """A folder is known by its last part, as a model's is."""
    path = Path(text)
    return _model(path.name if path.is_absolute() or path.is_dir() else text)


def _file(text: str) -> str:
    """Of a file its name, if its kind is known; it may be given where words are expected too."""
    return credentials.mask(Path(text).name) if file_name(text) else HIDDEN


def _words_or_file(text: str) -> str:
    """Names of our own, a list of them, or a file."""
    return _file(text) if Path(text).suffix or "/" in text else _as_it_is(text)


def _limits(text: str) -> str:
    parts = text.split(",")
    return text if all(_LIMITS.fullmatch(part.strip()) for part in parts) else HIDDEN


def _meeting_point(text: str) -> str:
    host, _, port = text.rpartition(":")
    return text if is_known_host(host) else f"{HIDDEN}:{port if is_plain(port) else 0}"


def _header(text: str) -> str:
    """The name, and which variable holds the value; never a value."""
    match = _HEADER.fullmatch(text.strip())
    if match is None:
        return HIDDEN
    value = match["value"]
    return f"{match['name']}: {value if _REFERENCES.fullmatch(value) else HIDDEN}"


RULES: Mapping[str, Callable[[str], str]] = {
    "model": _model,
    "backend": _as_it_is,
    "workload": _words_or_file,
    "engine": _as_it_is,
    "dtype": _as_it_is,
    "attention": _plain,
    "arrivals": _as_it_is,
    "slo": _limits,
    "prompts": _words_or_file,
    "tokenizer": _name,
    "base_url": _hidden,
    "api": _as_it_is,
    "serve": _hidden,
    "rendezvous": _meeting_point,
    "header": _header,
    "extra_body": recorded_json,
    "trace": _file,
}
"""Field of `RunOptions` → its rule; `base_url` and `serve` are seen to where the model is known."""
