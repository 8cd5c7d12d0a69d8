"""The pages of the hub and of its datasets."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING

from starlette.responses import Response

from benchmark.errors import BenchmarkError
from benchmark.localhub.own_pages import Contents
from benchmark.localhub.problems import HubError, entry_not_found
from benchmark.localhub.views import instant
from benchmark.localhub.web import html
from benchmark.localhub.web.html import Html, link, path, table, tag
from benchmark.localhub.web.language import Reader, reader_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dulwich.objects import ObjectID

    from benchmark.localhub.call import Call
    from benchmark.localhub.own_pages import OwnPage
    from benchmark.localhub.repository import Repository

    Page = Callable[[Call, Reader], Response]

_METADATA = re.compile(r"\A\ufeff?\s*---\r?\n.*?^---\s*$", re.DOTALL | re.MULTILINE)
_DATA_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_OWN_POLICY = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def in_html(handle: Page) -> Callable[[Call], Response]:
    """A handler that is told the reader's language, and whose refusals are pages."""

    @wraps(handle)
    def wrapped(call: Call) -> Response:
        reader = reader_of(call)
        _ = reader.say
        try:
            return handle(call, reader)
        except HubError as error:
            title = f"{error.status}"
            body = [tag("h1", title), tag("p", error.message), link("/", _("Datasets"))]
            return html.page(title, body, lang=reader.lang, status=error.status)

    return wrapped


def style(_call: Call) -> Response:
    """The style sheet of all pages."""
    headers = {"cache-control": "max-age=3600", "x-content-type-options": "nosniff"}
    return Response(html.STYLE, 200, headers, "text/css; charset=utf-8")


@in_html
def home(call: Call, reader: Reader) -> Response:
    """GET /: the datasets that the reader may see."""
    _ = reader.say
    rows = []
    for name in call.hub.store.names():
        with suppress(HubError), call.open(name) as repo:
            when = repo.commit(repo.resolve("main")).commit_time
            rows.append((link(path("datasets", *name.split("/")), name), instant(when)[:10]))
    listed = table((_("Dataset"), _("Last change")), rows) if rows else tag("p", _("None yet."))
    return html.page(_("Datasets"), [tag("h1", _("Datasets")), listed], lang=reader.lang)


@in_html
def dataset(call: Call, reader: Reader) -> Response:
    """GET /datasets/NS/NAME: its own page if it has one, else its card."""
    with call.open() as repo:
        sha = repo.resolve("main")
        own = _own_page(call, repo, sha, reader.lang)
        if own is not None:
            headers = {**html.HEADERS, "content-security-policy": _OWN_POLICY}
            return Response(own.html, 200, headers, "text/html; charset=utf-8")
        body = [heading(call, reader), _card(repo, sha)]
        return html.page(call.repo, body, lang=reader.lang)


def page_data(call: Call) -> Response:
    """GET /datasets/NS/NAME/page-data/REV: what the dataset's own page fetches, where it does."""
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        own = _own_page(call, repo, sha, reader_of(call).lang)
    if own is None or own.data is None:
        raise entry_not_found("page-data", sha.decode())
    headers = {"x-repo-commit": sha.decode(), "x-content-type-options": "nosniff",
               "content-security-policy": _DATA_POLICY}  # fmt: skip
    return Response(own.data, 200, headers, "application/json")


def heading(call: Call, reader: Reader, *trail: object) -> Html:
    """The dataset's name, and where to go from here."""
    _ = reader.say
    where = ("datasets", *call.repo.split("/"))
    ways = [
        link("/", _("Datasets")),
        link(path(*where, "tree/main"), _("Files")),
        link(path(*where, "commits/main"), _("History")),
        link(path(*where, "discussions"), _("Discussions")),
    ]
    return tag("nav", *ways) + tag("h1", link(path(*where), call.repo)) + tag("p", *trail)


def _own_page(call: Call, repo: Repository, sha: ObjectID, lang: str) -> OwnPage | None:
    """None if it has none, or if its files cannot be understood: then there is the card."""
    pages = call.hub.settings.pages
    found = {entry.path: entry.sha for entry in repo.files(sha)} if pages else {}
    needed = pages.needed(found) if pages else []
    if pages is None or not needed:
        return None
    files = {name: repo.content(found[name]) for name in needed}
    committed = repo.commit(sha).commit_time
    url = f"{call.endpoint}/datasets/{call.repo}"
    data_url = path("datasets", *call.repo.split("/"), "page-data", sha.decode())
    contents = Contents(call.repo, url, sha.decode(), committed, files, f"{data_url}?lang={lang}")
    with suppress(BenchmarkError):
        return pages.page(contents, lang)
    return None


def _card(repo: Repository, sha: ObjectID) -> Html:
    try:
        text = repo.content(repo.entry(sha, "README.md").sha).decode(errors="replace")
    except (HubError, TypeError):
        return Html("")
    return html.markdown(_METADATA.sub("", text, count=1))
