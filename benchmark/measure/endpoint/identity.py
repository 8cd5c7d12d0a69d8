"""Which software serves, by what it tells of itself: a wrong guess is worse than none.

Several servers answer on the same paths, so a path alone says nothing: `/version` is vLLM's,
TensorRT-LLM's and others'. What counts is a word or a field that only one of them has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.measure.endpoint.known_servers import (
    ANYBODYS,
    DESCRIBED,
    DESCRIPTION,
    LIMITS,
    METRICS,
    NOBODY,
    OWNERS,
    PAGES,
    Page,
)
from benchmark.measure.endpoint.models import list_models
from benchmark.measure.endpoint.pages import object_at, text_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.body import Writer
    from benchmark.measure.endpoint.models import Served

UNKNOWN = "unknown"
_WORD = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_VERSION = re.compile(r"[\w.+!-]{1,64}", re.ASCII)


class Server(NamedTuple):
    """Which software answers; None is what it does not tell.

    Attributes:
        name: in lower case.
        known_by: owner, metrics, page or command: what its name was taken from.
        dtype: of its weights, in its own words.
        quantization: likewise.
        has_metrics: whether it tells how it is doing, for Prometheus.
        limits: on how much it does at once, by the names in `LIMITS`.
    """

    name: str = UNKNOWN
    version: str | None = None
    known_by: str | None = None
    dtype: str | None = None
    quantization: str | None = None
    has_metrics: bool = False
    limits: Mapping[str, int] = {}


def identify(address: Address, writer: Writer, commanded: str | None) -> Server:
    """Which server this is.

    Args:
        address: of the endpoint.
        writer: of requests.
        commanded: the name, if a command told it; what the server itself says counts more.
    """
    served = list_models(address, writer)
    metrics = text_at(address, writer, f"{address.root}/metrics")
    pages = {page: object_at(address, writer, address.root + page.path) for page in PAGES}
    described = _described(object_at(address, writer, address.root + DESCRIPTION))
    names = _names(served, metrics, pages, described, commanded)
    name, known_by = next(names, (UNKNOWN, None))
    mine = [(page, told) for page, told in pages.items() if page.server == name and told]
    page, told = mine[0] if mine else (ANYBODYS, {})
    if not mine:
        told = object_at(address, writer, address.root + page.path)
    return Server(
        name=name,
        version=_version(told.get(page.version)),
        known_by=known_by,
        dtype=_text(told.get("model_dtype") or told.get("dtype")),
        quantization=_quantization(told),
        has_metrics=_of_metrics(metrics) is not None,
        limits={name: told[name] for name in LIMITS if type(told.get(name)) is int},
    )


def _names(
    served: Iterable[Served],
    metrics: bytes,
    pages: dict[Page, dict[str, Any]],
    described: frozenset[str],
    commanded: str | None,
) -> Iterator[tuple[str, str]]:
    """Every name there is evidence for, the best first."""
    owners = {one.owner.casefold() for one in served}
    yield from ((OWNERS[owner], "owner") for owner in sorted(owners & set(OWNERS)))
    if (name := _of_metrics(metrics)) is not None:
        yield name, "metrics"
    for page, told in pages.items():
        if page.marks <= set(told):
            yield page.server, "page"
    yield from ((server, "page") for server, marks in DESCRIBED if marks <= described)
    if commanded is not None:
        yield commanded, "command"
    yield from ((word, "owner") for word in sorted(filter(None, map(_stated, served))))


def _described(told: dict[str, Any]) -> frozenset[str]:
    """The title and the paths of an API."""
    paths, info = told.get("paths"), told.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    return frozenset([*(paths if isinstance(paths, dict) else ()), str(title)])


def _of_metrics(text: bytes) -> str | None:
    """Whose metrics these are."""
    lines = text.splitlines()
    for beginning, name in METRICS:
        if any(line.startswith(beginning) for line in lines):
            return name
    return None


def _stated(one: Served) -> str | None:
    """The owner, unless it is nobody or the organisation that made the model."""
    owner = one.owner.casefold()
    maker = one.name.casefold().partition("/")[0]
    if owner in NOBODY or owner in {maker, one.name.casefold()} or not _WORD.fullmatch(owner):
        return None
    return owner


def _version(value: object) -> str | None:
    """A version as a word of its own, without a `v` before it; `b0-unknown` is none."""
    text = value.strip() if isinstance(value, str) else ""
    if not _VERSION.fullmatch(text) or UNKNOWN in text:
        return None
    return text.removeprefix("v")


def _quantization(told: dict[str, Any]) -> str | None:
    """The method; "None" of a server that says it has none."""
    method = _text(told.get("quantization") or told.get("quantize"))
    return "None" if method is None and told.get("quantized") is False else method


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and _VERSION.fullmatch(value) else None
