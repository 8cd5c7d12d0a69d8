"""What may be written of a URL: where it leads as far as everybody knows it, and no value."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

from benchmark.credentials import HIDDEN, is_secret_name
from benchmark.measure.recorded.values import model_name
from benchmark.measure.recorded.vocabulary import PATH_WORDS, PUBLIC_HOSTS, QUERY_NAMES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SCHEMES = ("http", "https")
_VERSION = re.compile(r"v\d{1,2}(?:(?:alpha|beta|rc)\d{0,2})?")
_QUERY_NAME = re.compile(r"[A-Za-z]{1,20}(?:[-_][A-Za-z]{1,20}){0,3}")
_PLAIN_WORD = re.compile(r"[a-z]{1,12}(?:[-_][a-z]{1,12}){0,2}")
_LOCAL = ("localhost", "host.docker.internal", "ip6-localhost")


class RecordedUrl(NamedTuple):
    """A URL as it may be written, and what was taken out of it.

    Attributes:
        hidden: user, password, values of the query and the fragment, in every spelling.
        words: host and segments of the path, which are most likely no secrets.
    """

    text: str
    hidden: tuple[str, ...]
    words: tuple[str, ...] = ()


def recorded_url(url: str, model: str = "") -> RecordedUrl:
    """The URL without user, values of the query, fragment and what is not known to be harmless.

    Kept are the scheme, hosts of this machine and of public services, the port, words of APIs in
    the path and the parts of the model's name, and the names in the query.

    Args:
        url: with or without a scheme.
        model: what is asked for, which may be part of the path.
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        return RecordedUrl(HIDDEN, (url,))
    port = _port(parts)
    if parts.scheme not in _SCHEMES or not parts.hostname or port is None:
        return RecordedUrl(HIDDEN, (url, *_taken_out(parts)))
    host = parts.hostname if is_known_host(parts.hostname) else HIDDEN
    user = f"{HIDDEN}@" if "@" in parts.netloc else ""
    netloc = user + (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    known = _parts_of(model)
    path = "/".join(_segment(one, known) for one in parts.path.split("/"))
    query = "&".join(_pair(one) for one in parts.query.split("&") if one)
    text = SplitResult(parts.scheme, netloc, path, query, "").geturl()
    segments = tuple(one for one in parts.path.split("/") if not _is_known(one, known))
    unknown = (*segments, *map(unquote, segments), *([parts.hostname] if host == HIDDEN else []))
    return RecordedUrl(text, tuple(_taken_out(parts)), tuple(dict.fromkeys(unknown)))


def recorded_path(path: str, model: str = "") -> str:
    """A path that a server named, with every segment hidden that may be a key.

    Plain words are told: whoever is sent there should know where.
    """
    known = _parts_of(model)
    segments = path.split("/")
    return "/".join(one if _PLAIN_WORD.fullmatch(one) else _segment(one, known) for one in segments)


def secrets_of(address: str) -> tuple[str, ...]:
    """User, password, values of the query and the fragment of what may be a URL."""
    try:
        return tuple(_taken_out(urlsplit(address))) if "://" in address else ()
    except ValueError:
        return (address,)


def last_part(url: str) -> str:
    """What a URL leads to, as far as it is a name."""
    path = url.partition("://")[2].partition("?")[0].partition("#")[0].partition("/")[2]
    return model_name(path.rstrip("/").rpartition("/")[2]) or HIDDEN


def is_known_host(host: str) -> bool:
    """Whether it is this machine or a public service's."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in _LOCAL or host in PUBLIC_HOSTS
    return address.is_loopback or address.is_unspecified


def _port(parts: SplitResult) -> int | None:
    """0 where there is none, None for one that cannot be."""
    try:
        return parts.port or 0
    except ValueError:
        return None


def _parts_of(model: str) -> frozenset[str]:
    name = model_name(model) if model else None
    return frozenset(name.split("/")) if name else frozenset()


def _is_known(segment: str, known: Collection[str]) -> bool:
    return not segment or (
        segment in PATH_WORDS or segment in known or _VERSION.fullmatch(segment) is not None
    )


def _segment(segment: str, known: Collection[str]) -> str:
    return segment if _is_known(segment, known) else HIDDEN


def _pair(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    if not equals:
        return HIDDEN
    plain = name.lower() in QUERY_NAMES or _QUERY_NAME.fullmatch(name)
    return f"{name if plain else HIDDEN}={HIDDEN}"


def _taken_out(parts: SplitResult) -> Iterator[str]:
    user, at, _ = parts.netloc.rpartition("@")
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    values = [value or name for name, _, value in pairs if not _is_told(name, value)]
    users = (user, *user.split(":", 1)) if at else ()
    for text in (*users, *values, parts.fragment):
        yield from {text, unquote(text), unquote_plus(text)} - {""}


def _is_told(name: str, value: str) -> bool:
    """A version of an API is written nowhere, but it is no secret either."""
    return name.lower() in {"api-version", "api_version"} and not is_secret_name(value)
