"""HTML that cannot be forged: text is escaped unless it was made here."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from markdown_it import MarkdownIt
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Self

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
    "vary": "Accept-Language, Authorization",
}
STYLE_PATH = "/-/style.css"
STYLE = """\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
nav a { margin-right: 1rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: start; padding: .25rem .5rem; border-bottom: 1px solid #8884; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8884; white-space: pre-wrap; }
img { max-width: 100%; }
"""
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_LONGEST_CARD = 200_000


class Html(str):
    """Markup that was made here."""

    __slots__ = ()

    def __add__(self, other: str) -> Self:
        """Both, the other as text unless it is markup too."""
        return type(self)(str(self) + shown(other))


def shown(value: object) -> str:
    """A value as it may stand in a page."""
    return str(value) if isinstance(value, Html) else escape(str(value))


def tag(name: str, *content: object, **attributes: object) -> Html:
    """An element; an attribute's name may end with an underscore."""
    written = "".join(
        f' {key.rstrip("_")}="{escape(str(value))}"' for key, value in attributes.items()
    )
    return Html(f"<{name}{written}>{''.join(map(shown, content))}</{name}>")


def link(where: str, content: object) -> Html:
    """A link to an address of this hub, made with `path`."""
    return tag("a", content, href=where)


def path(*parts: str) -> str:
    """An address of this hub; slashes stay in the last part only."""
    *first, last = parts
    return "/" + "/".join([*(quote(part, safe="") for part in first), quote(last, safe="/")])


def table(heads: Iterable[object], rows: Iterable[Iterable[object]]) -> Html:
    """A table."""
    head = tag("tr", *(tag("th", item) for item in heads))
    body = [tag("tr", *(tag("td", item) for item in row)) for row in rows]
    return tag("table", tag("thead", head), tag("tbody", *body))


def markdown(text: str) -> Html:
    """Markdown as markup, and HTML in it as text."""
    return Html(_MARKDOWN.render(text[:_LONGEST_CARD]))


def page(title: str, body: Iterable[object], *, lang: str, status: int = 200) -> Response:
    """A whole page."""
    head = Html(
        f'<head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="{STYLE_PATH}"></head>'
    )
    language = "zh-CN" if lang == "zh" else "en"
    whole = "<!doctype html>" + tag("html", head, tag("body", *body), lang=language)
    return Response(whole.encode(errors="replace"), status, HEADERS, "text/html; charset=utf-8")
