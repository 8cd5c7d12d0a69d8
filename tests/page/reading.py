"""A page as a browser reads it: its elements, and what its data elements hold."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from html.parser import HTMLParser
from typing import Any

Json = Any


class Outline(HTMLParser):
    """Which elements a page has, and the raw text of its scripts and styles."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.policy = ""
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the element; a script or style starts its text."""
        self.tags.append(tag)
        if tag in self.raw:
            self.raw[tag].append("")
        if dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policy = dict(attrs)["content"] or ""

    def handle_data(self, data: str) -> None:
        """Add to the text of the script or style that is open."""
        if self.cdata_elem in self.raw:
            self.raw[str(self.cdata_elem)][-1] += data


def data_of(page: bytes) -> dict[str, Any]:
    """What a page says of itself."""
    data: dict[str, Any] = json.loads(Outline(page).raw["script"][0])
    return data


def inflated(text: str) -> dict[str, Any]:
    """What an element of deflated JSON holds."""
    value: dict[str, Any] = json.loads(zlib.decompress(b64decode(text), -zlib.MAX_WBITS))
    return value


def values_of(column: dict[str, Any], count: int) -> list[Json]:
    """One value a row of a column; `...` for a row without one."""
    if "all" in column:
        return [column["all"]] * count
    if "each" in column:
        return list(column["each"])
    return [... if place < 0 else column["of"][place] for place in column["at"]]


def facts_of(page: bytes) -> dict[str, list[Json]]:
    """What a page knows of each row beside its entry."""
    first = inflated(Outline(page).raw["script"][1])
    return {name: values_of(column, first["count"]) for name, column in first["facts"].items()}


def rows_of(page: bytes) -> list[dict[str, Any]]:
    """The entries of a page, put together from its columns."""
    _, first, rest, _ = Outline(page).raw["script"]
    return entries_of(inflated(first), inflated(rest))


def entries_of(first: dict[str, Any], rest: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries that two sets of columns make."""
    entries: list[dict[str, Any]] = [{} for _ in range(first["count"])]
    for field in (*first["fields"], *rest["fields"]):
        for entry, value in zip(entries, values_of(field, first["count"]), strict=True):
            if value is not ...:
                _put(entry, field["path"], value)
    return entries


def _put(entry: dict[str, Any], path: list[str], value: Json) -> None:
    for key in path[:-1]:
        entry = entry.setdefault(key, {})
    entry[path[-1]] = value
