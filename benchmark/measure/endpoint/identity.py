"""Which software serves, by what it tells of itself: a wrong guess is worse than none.

Several servers answer on the same paths, so a path alone says nothing: `/version` is vLLM's,
TensorRT-LLM's and others'. What counts is a word or a field that only one of them has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.measure.endpoint.models import list_models
from benchmark.measure.endpoint.pages import object_at, text_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.body import Writer
    from benchmark.measure.endpoint.models import Served

    Look = Callable[[str], dict[str, Any]]

UNKNOWN = "unknown"
_OWNERS = {
    "vllm": "vllm",
    "sglang": "sglang",
    "llamacpp": "llama.cpp",
    "lmdeploy": "lmdeploy",
    "tensorrt_llm": "tensorrt-llm",
    "fastdeploy": "fastdeploy",
    "sagellm": "sagellm",
}
"""What servers write as the owner of every model they serve."""

_NOBODY = frozenset(
    {
        "",
        "admin",
        "default",
        "library",
        "local",
        "me",
        "none",
        "openai",
        "organization",
        "organization-owner",
        "organization_owner",
        "owner",
        "system",
        "unknown",
        "user",
        "you",
    }
)
"""Owners that name no software."""

_METRICS = (
    (b"vllm:", "vllm"),
    (b"sglang:", "sglang"),
    (b"llamacpp:", "llama.cpp"),
    (b"tgi_", "tgi"),
)
"""How the names of a server's metrics begin."""

_WORD = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_VERSION = re.compile(r"[\w.+!-]{1,64}", re.ASCII)


class Page(NamedTuple):
    """A page by which a server can be known.

    Attributes:
        path: below the address's root.
        version: the field that holds the server's version.
        marks: fields that only this server has there; without any the page proves nothing.
    """

    server: str
    path: str
    version: str
    marks: frozenset[str] = frozenset()


_PAGES = (
    Page("sglang", "/server_info", "version", frozenset({"mem_fraction_static", "version"})),
    Page("sglang", "/get_server_info", "version", frozenset({"mem_fraction_static", "version"})),
    Page("llama.cpp", "/props", "build_info", frozenset({"default_generation_settings"})),
    Page("tgi", "/info", "version", frozenset({"max_concurrent_requests", "model_id"})),
    Page("ollama", "/api/version", "version", frozenset({"version"})),
)
_ANYBODYS = Page("", "/version", "version")


class Server(NamedTuple):
    """Which software answers; None is what it does not tell.

    Attributes:
        name: in lower case.
        known_by: owner, metrics, page or command: what its name was taken from.
        dtype: of its weights, in its own words.
        quantization: likewise.
        has_metrics: whether it tells how it is doing, for Prometheus.
    """

    name: str = UNKNOWN
    version: str | None = None
    known_by: str | None = None
    dtype: str | None = None
    quantization: str | None = None
    has_metrics: bool = False


def identify(address: Address, writer: Writer, commanded: str | None) -> Server:
    """Which server this is.

    Args:
        address: of the endpoint.
        writer: of requests.
        commanded: the name, if a command told it; what the server itself says counts more.
    """
    served = list_models(address, writer)
    metrics = text_at(address, writer, f"{address.root}/metrics")
    pages = {page: object_at(address, writer, address.root + page.path) for page in _PAGES}
    name, known_by = next(_names(served, metrics, pages, commanded), (UNKNOWN, None))
    mine = [(page, told) for page, told in pages.items() if page.server == name and told]
    page, told = mine[0] if mine else (_ANYBODYS, {})
    if not mine:
        told = object_at(address, writer, address.root + page.path)
    return Server(
        name=name,
        version=_version(told.get(page.version)),
        known_by=known_by,
        dtype=_text(told.get("model_dtype") or told.get("dtype")),
        quantization=_text(told.get("quantization") or told.get("quantize")),
        has_metrics=_of_metrics(metrics) is not None,
    )


def _names(
    served: Iterable[Served],
    metrics: bytes,
    pages: dict[Page, dict[str, Any]],
    commanded: str | None,
) -> Iterator[tuple[str, str]]:
    """Every name there is evidence for, the best first."""
    owners = {one.owner.casefold() for one in served}
    yield from ((_OWNERS[owner], "owner") for owner in sorted(owners & set(_OWNERS)))
    if (name := _of_metrics(metrics)) is not None:
        yield name, "metrics"
    for page, told in pages.items():
        if page.marks <= set(told):
            yield page.server, "page"
    if commanded is not None:
        yield commanded, "command"
    yield from ((word, "owner") for word in sorted(filter(None, map(_stated, served))))


def _of_metrics(text: bytes) -> str | None:
    """Whose metrics these are."""
    lines = text.splitlines()
    for beginning, name in _METRICS:
        if any(line.startswith(beginning) for line in lines):
            return name
    return None


def _stated(one: Served) -> str | None:
    """The owner, unless it is nobody or the organisation that made the model."""
    owner = one.owner.casefold()
    maker = one.name.casefold().partition("/")[0]
    if owner in _NOBODY or owner in {maker, one.name.casefold()} or not _WORD.fullmatch(owner):
        return None
    return owner


def _version(value: object) -> str | None:
    """A version as a word of its own, without a `v` before it."""
    text = value.strip() if isinstance(value, str) else ""
    return text.removeprefix("v") if _VERSION.fullmatch(text) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and _VERSION.fullmatch(value) else None
