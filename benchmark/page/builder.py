"""Put template, style, scripts and data together into one HTML file.

Whatever a contributor wrote stays data: it is inlined as JSON that cannot end its element, the
scripts only ever make text of it, and a Content-Security-Policy of hashes runs nothing else
(https://www.w3.org/TR/CSP3/#grammardef-hash-source).
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, NamedTuple, cast

from benchmark import canonical, i18n
from benchmark.entry import KEY_PATHS, Entry, normalise
from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.verdict import SOUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmark.canonical import Json
    from benchmark.entry import Term
    from benchmark.verdict import Kind

_STYLES = ("base.css", "frame.css", "chart.css", "table.css", "dialog.css", "narrow.css")
_SCRIPTS = (
    "text.js",
    "dom.js",
    "fields.js",
    "model.js",
    "state.js",
    "table.js",
    "filters.js",
    "scale.js",
    "chart.js",
    "details.js",
    "compare.js",
    "export.js",
    "main.js",
)


class Row(NamedTuple):
    """One entry as the page shows it.

    Attributes:
        board: "single" (one node) or "multi" (several).
        label: the config key as people read it.
        run_id: the entry's run id; no two rows of a page share one.
        entry: the entry exactly as it was submitted.
        not_ranked: why it is not ranked, empty if it is.
        verdict: whether it can be believed: sound, doubtful or impossible.
        verdict_reasons: what speaks against it.
        rank: place among comparable results; None if it has none.
        tied_with: labels of the configurations whose difference from it is noise.
        tier: "attested", "reproduced", "community" or "doubtful"; "" where it may not be ranked.
        reproduced_by: how many other submitters have measured the same on other machines.
    """

    board: str
    label: str
    run_id: str
    entry: Mapping[str, Json]
    not_ranked: tuple[str, ...] = ()
    verdict: Kind = SOUND
    verdict_reasons: tuple[str, ...] = ()
    rank: int | None = None
    tied_with: tuple[str, ...] = ()
    tier: str = ""
    reproduced_by: int = 0


def build(
    rows: Iterable[Row],
    *,
    title: str,
    dataset_url: str,
    revision: str | None,
    generated_at: str,
    lang: str,
) -> bytes:
    """The page as UTF-8 HTML. Equal inputs, the rows in any order, give equal bytes.

    Args:
        rows: the rows of every board.
        title: the page's heading.
        dataset_url: address of the dataset, "" if the rows come from no dataset.
        revision: the dataset's commit the rows were read at, None if they come from files.
        generated_at: when the page is made, as people read it.
        lang: "en" or "zh", for readers who have not chosen.

    Raises:
        UsageError: if the page does not speak `lang`.
    """
    if lang not in i18n.LANGUAGES:
        raise UsageError(f"The page does not speak {lang!r}.", hint=N_("Use en or zh."))
    page: dict[str, Json] = {
        "title": title,
        "dataset_url": dataset_url,
        "revision": revision,
        "generated_at": generated_at,
        "lang": lang,
        "key_paths": [[name, list(path)] for name, path in KEY_PATHS.items()],
        "rows": [_row_data(row) for row in sorted(rows, key=lambda row: (row.label, row.run_id))],
    }
    style, script = "".join(_asset(f"style/{name}") for name in _STYLES), _script()
    return (
        Template(_asset("template.html"))
        .substitute(
            lang="zh-CN" if lang == "zh" else lang,
            title=escape(title),
            policy=_policy(script, style),
            style=style,
            script=script,
            data=_inline(page),
        )
        .encode()
    )


def _row_data(row: Row) -> dict[str, Json]:
    entry = Entry(row.entry)
    return {
        "board": row.board,
        "label": row.label,
        "run_id": row.run_id,
        "entry": cast("Json", row.entry),
        "configuration": dict(entry.configuration),
        "key": {name: _plain(normalise(value)) for name, value in entry.configuration.items()},
        "not_ranked": list(row.not_ranked),
        "verdict": row.verdict,
        "verdict_reasons": list(row.verdict_reasons),
        "rank": row.rank,
        "tied_with": list(row.tied_with),
        "tier": row.tier,
        "reproduced_by": row.reproduced_by,
    }


def _plain(term: Term) -> Json:
    """A normalised component as JSON: null if missing, else its number or text."""
    kind, number, text = term
    if kind == 0:
        return None
    return number if kind == 1 else text


def _inline(value: Json) -> str:
    """JSON that stays inside its script element and on its JavaScript line."""
    text = canonical.dumps(value).decode()
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _script() -> str:
    """All scripts in one strict scope of their own."""
    parts = "\n".join(_asset(f"script/{name}") for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def _asset(name: str) -> str:
    return files("benchmark.page").joinpath(name).read_text(encoding="utf-8")


def _policy(script: str, style: str) -> str:
    """Nothing may run, load or be sent but this script, this style and the inline icon."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        ]
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
