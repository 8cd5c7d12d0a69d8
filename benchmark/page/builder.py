"""Put template, style, scripts, words and rows together into one HTML file.

Whatever a contributor wrote stays data: it is inlined as base64 or as JSON that cannot end its
element, the scripts only ever make text of it, and a Content-Security-Policy of hashes runs
nothing else (https://www.w3.org/TR/CSP3/#grammardef-hash-source).
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache, lru_cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urlsplit

from benchmark import canonical, i18n
from benchmark.entry import EXAMPLE_SOURCE, KEY_PATHS
from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.page import data

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmark.canonical import Json
    from benchmark.decisions import Tombstone
    from benchmark.page.row import Row

INLINE_ROWS = 10_000
"""More than that, and the page fetches them from a file beside it."""

_HERE = files("benchmark.page")
_PAGE_BYTES = 2_000_000
_BESIDE_BYTES = 40_000_000
_LARGEST = 4_000_000
"""Bytes of a page, however long the words of its rows are."""

_FEWEST = 100

_STYLES = (
    "base.css", "frame.css", "controls.css", "filters.css", "table.css", "plot.css",
    "matched.css", "dialog.css", "compare.css", "narrow.css", "cards.css", "print.css",
)  # fmt: skip
_SCRIPTS = ("base", "data", "question", "plot", "table", "controls", "sheet", "page")
"""Folders; of the files in one none needs another before the page stands."""


class Site(NamedTuple):
    """A page and, where its rows are too many to be in it, the file it fetches.

    Attributes:
        html: the page.
        data: the file beside it; None if the page needs none.
    """

    html: bytes
    data: bytes | None


class Facts(NamedTuple):
    """What a page says of itself.

    Attributes:
        title: its heading.
        dataset_url: address of the dataset, "" if the rows come from no dataset.
        revision: the dataset's commit the rows were read at, None if they come from files.
        branch: where the page looks for newer rows.
        generated_at: when the page is made, as people read it.
        lang: "en" or "zh", for readers who have not chosen.
        data_name: what the file beside the page would be called.
        kept: of a page among the dataset's own files, what it is made of: every run ("runs"), or
            what is on the leaderboards ("boards"); "" of every other page.
    """

    title: str
    dataset_url: str
    revision: str | None
    generated_at: str
    lang: str
    branch: str = "main"
    data_name: str = "leaderboard-data.json"
    kept: str = ""


def build(rows: Iterable[Row], facts: Facts, graves: Sequence[Tombstone] = ()) -> Site:
    """The page as UTF-8 HTML. Equal inputs, the rows in any order, give equal bytes.

    Of more than `INLINE_ROWS` rows it holds the best, and fetches all of them where it is served:
    from `file://` a browser fetches nothing.

    Args:
        rows: every run, whatever became of it.
        facts: what the page says of itself.
        graves: what is left of runs that were taken down.

    Raises:
        UsageError: if the page does not speak the language.
    """
    if facts.lang not in i18n.LANGUAGES:
        raise UsageError(f"The page does not speak {facts.lang!r}.", hint=N_("Use en or zh."))
    every = sorted(rows, key=_in_order)
    inside = len(every)
    while True:
        site = _site(every, min(inside, INLINE_ROWS), facts, graves)
        if len(site.html) <= _LARGEST or inside <= _FEWEST:
            return site
        # Names and versions of a page that somebody wants to be too large: fewer rows have room.
        inside = min(inside, INLINE_ROWS) // 2


def _site(every: Sequence[Row], inside: int, facts: Facts, graves: Sequence[Tombstone]) -> Site:
    """The page with so many of the rows in it, and the file beside it for all of them."""
    total = len(every)
    if total <= inside:
        return Site(_html(every, facts, total, graves), None)
    beside = _beside(every)
    best = sorted(data.best_of(every, inside), key=_in_order)
    return Site(_html(best, facts, total, graves, canonical.digest(beside)), beside)


def _in_order(row: Row) -> tuple[str, str]:
    return row.label, row.run_id


def _beside(rows: Sequence[Row]) -> bytes:
    packed = data.pack(rows, _BESIDE_BYTES)
    return canonical.dumps({
        "rows": packed.rows,
        "rest": packed.rest,
        "left_out": list(packed.left_out),
    })  # fmt: skip


def _html(
    rows: Sequence[Row], facts: Facts, total: int, graves: Sequence[Tombstone], beside: str = ""
) -> bytes:
    """The page; `beside` is the sha-256 of the file with all rows, "" where there is none."""
    style = "".join(_asset(f"style/{name}") for name in _STYLES)
    code = script()
    packed = data.pack(rows, _PAGE_BYTES - len(style) - len(code) - 40_000)
    page: dict[str, Json] = {
        **cast("dict[str, Json]", facts._asdict()),
        "total": total,
        "data_name": facts.data_name if beside else "",
        "data_sha256": beside,
        "left_out": list(packed.left_out),
        "key_paths": [[name, list(path)] for name, path in KEY_PATHS.items()],
        "example_source": EXAMPLE_SOURCE,
        "words": {lang: _words(lang) for lang in i18n.LANGUAGES},
        "taken_down": [cast("Json", grave._asdict()) for grave in graves],
        "told": _told(rows),
    }
    return (
        Template(_asset("template.html"))
        .substitute(
            lang="zh-CN" if facts.lang == "zh" else facts.lang,
            title=escape(facts.title),
            policy=_policy(code, style, _origins(facts, bool(beside))),
            style=style,
            script=code,
            page=_inline(page),
            rows=packed.rows,
            rest=packed.rest,
        )
        .encode()
    )


def _words(lang: str) -> Json:
    name = f"words/{lang}.json"
    return canonical.loads(_asset(name).encode(), file=name)


def _told(rows: Iterable[Row]) -> dict[str, Json]:
    """Why rows are not ranked or doubted, in Chinese, where the catalogue has it."""
    translate = i18n.translator("zh")
    said = {text for row in rows for text in (*row.not_ranked, *row.verdict_reasons)}
    chinese = {text: i18n.told(translate, text) for text in sorted(said)}
    return {text: told for text, told in chinese.items() if told != text}


def _origins(facts: Facts, fetches: bool) -> str:  # noqa: FBT001 - a question with one answer
    """Where the page may ask: the host that serves it, for its own file, and the dataset's."""
    address = urlsplit(facts.dataset_url)
    hub = f"{address.scheme}://{address.netloc}" if address.scheme in {"http", "https"} else ""
    safe = hub if not set(hub) & set(" ;,'\"") else ""
    return " ".join(filter(None, ["'self'" if fetches else "", safe])) or "'none'"


def _inline(value: Json) -> str:
    """JSON that stays inside its script element and on its JavaScript line."""
    text = canonical.dumps(value).decode()
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


@cache
def script() -> str:
    """All scripts in one strict scope of their own."""
    names = [
        f"script/{folder}/{file.name}"
        for folder in _SCRIPTS
        for file in sorted(_HERE.joinpath(f"script/{folder}").iterdir(), key=lambda one: one.name)
    ]
    parts = "\n".join(map(_asset, names))
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


@cache
def _asset(name: str) -> str:
    return _HERE.joinpath(name).read_text(encoding="utf-8")


def _policy(script: str, style: str, origins: str) -> str:
    """Nothing may run, load or be sent but this script, this style and the inline icon."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            f"connect-src {origins}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        ]
    )


@lru_cache(maxsize=4)
def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
