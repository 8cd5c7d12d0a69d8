"""Options and variables of servers: what kind of value each has, and what is written of it."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from benchmark.credentials import HIDDEN, is_secret_name
from benchmark.measure.recorded import vocabulary
from benchmark.measure.recorded.documents import recorded_json, texts_in
from benchmark.measure.recorded.urls import is_known_host, recorded_url
from benchmark.measure.recorded.values import file_name, is_plain, is_quantity, model_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Words of names hold few digits, `e2e`, `w8a8`; secrets that look like names hold more.
_WORD = r"(?:[a-z]{1,24}(?:\d{1,2}[a-z]{0,2}){0,2}|\d{1,4}[a-z]?)"
_OPTION = re.compile(rf"--(?=[a-z]){_WORD}(?:[-_.]{_WORD}){{0,8}}|-[A-Za-z]{{1,4}}\d{{0,4}}")
_VARIABLE = re.compile(rf"(?=[a-z]){_WORD}(?:_{_WORD}){{0,8}}".replace("a-z", "A-Z"))
_REFERENCE = re.compile(r"\$(?P<brace>\{)?(?P<name>[A-Z][A-Z0-9_]*)(?(brace)\})")
_SEPARATORS = re.compile(r"[=:@,;]")
_SHORTEST_PIECE = 4


class Kind(Enum):
    """What an option's value is."""

    PLAIN = "a number or a known word"
    FLAG = "none"
    QUANTITY = "a list, range or size"
    NAME = "a model's name"
    ALIAS = "what a server is to call the model"
    FILE = "a file"
    JSON = "a document"
    URL = "an address"
    HOST = "a host"
    VARIABLE = "NAME=value"
    SCRIPT = "a command line"
    SECRET = "never told"  # noqa: S105 - a kind of value


_KINDS = (
    (Kind.FLAG, vocabulary.FLAGS),
    (Kind.NAME, vocabulary.NAMES),
    (Kind.ALIAS, vocabulary.ALIASES),
    (Kind.FILE, vocabulary.FILES),
    (Kind.QUANTITY, vocabulary.QUANTITIES),
    (Kind.JSON, vocabulary.DOCUMENTS),
    (Kind.URL, vocabulary.ADDRESSES),
    (Kind.HOST, vocabulary.HOSTS),
    (Kind.VARIABLE, vocabulary.VARIABLES),
)


def is_option(word: str) -> bool:
    """Whether it looks like the name of an option, and not like a secret that begins with `-`."""
    return _OPTION.fullmatch(word) is not None


def kind_of(option: str) -> Kind:
    """What the value of an option is; of one nobody knows, only the plainest are written."""
    name = option.lstrip("-").replace("_", "-")
    for kind, names in _KINDS:
        if name in names:
            return kind
    return Kind.SECRET if is_secret_name(name) else Kind.PLAIN


def recorded_value(kind: Kind, value: str, model: str = "") -> str:
    """What is written of an option's value; the name of `model` is known, so it hides nothing."""
    if kind is Kind.SECRET:
        return value if _refers_to_secret(value) else HIDDEN
    if is_plain(value) or _refers_to_secret(value):
        return value
    if kind is Kind.NAME:
        return recorded_name(value, model) or HIDDEN
    if kind is Kind.ALIAS:
        return value if _is_measured(value, model) else HIDDEN
    return _RECORDED.get(kind, _nothing)(value)


def recorded_name(value: str, model: str) -> str | None:
    """The name of what is measured, `owner/name`, a file of weights or a module.

    Any other word may be anything; None for it.
    """
    name = model_name(value)
    if name is None or _is_measured(name, model):
        return name
    is_public = "/" in name or name.endswith(".gguf") or name.split(".")[0] in vocabulary.MODULES
    return name if is_public else None


def _is_measured(name: str, model: str) -> bool:
    return name in {model_name(model) if model else "", model.rpartition("/")[2]}


def recorded_variable(text: str) -> str | None:
    """`NAME=value` with what may be written of the value; None if the text is none."""
    name, equals, value = text.partition("=")
    if not equals or value.startswith("=") or not _VARIABLE.fullmatch(name):
        return None
    if is_secret_name(name) and not _refers_to_secret(value):
        return f"{name}={HIDDEN if value else ''}"
    kind = Kind.QUANTITY if name.endswith(vocabulary.QUANTITY_VARIABLES) else Kind.PLAIN
    return f"{name}={recorded_value(kind, value) if value else ''}"


def is_secret_variable(text: str) -> bool:
    """Whether the name in `NAME=value` promises a secret."""
    return is_secret_name(text.partition("=")[0])


def secrets_in(value: str) -> Iterator[str]:
    """What a value that is not written consists of, as a server may repeat it."""
    yield value
    yield from texts_in(value)
    if "://" in value:
        url = recorded_url(value)
        yield from (*url.hidden, *url.words)
    else:
        # `Name: Bearer value`, where any separator may be part of the value.
        rest = _SEPARATORS.split(value, maxsplit=1)[-1]
        pieces = [rest, *_SEPARATORS.split(value)]
        words = (piece.strip().rpartition(" ")[2] for piece in pieces)
        yield from (one for one in words if len(one) >= _SHORTEST_PIECE and not is_plain(one))


def _refers_to_secret(value: str) -> bool:
    """`$HF_TOKEN` says where a secret is, not what it is."""
    match = _REFERENCE.fullmatch(value)
    return match is not None and is_secret_name(match["name"])


def _nothing(_: str) -> str:
    return HIDDEN


def _quantity(value: str) -> str:
    return value if is_quantity(value) else HIDDEN


def _file(value: str) -> str:
    return file_name(value) or HIDDEN


def _url(value: str) -> str:
    return recorded_url(value).text


def _host(value: str) -> str:
    host, _, port = value.rpartition(":") if value.count(":") == 1 else (value, "", "")
    known = is_known_host(host.strip("[]")) and (not port or is_plain(port))
    return value if known else HIDDEN


def _variable(value: str) -> str:
    if _VARIABLE.fullmatch(value):
        return value
    return recorded_variable(value) or HIDDEN


_RECORDED: dict[Kind, Callable[[str], str]] = {
    Kind.QUANTITY: _quantity,
    Kind.FILE: _file,
    Kind.JSON: recorded_json,
    Kind.URL: _url,
    Kind.HOST: _host,
    Kind.VARIABLE: _variable,
}
