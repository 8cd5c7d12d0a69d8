"""The pages of discussions and pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from benchmark.localhub import pulls
from benchmark.localhub.discussions import diff_of, number
from benchmark.localhub.views import instant
from benchmark.localhub.web import html
from benchmark.localhub.web.html import Html, link, path, table, tag
from benchmark.localhub.web.site import heading, in_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from benchmark.localhub.call import Call
    from benchmark.localhub.pulls import Discussion
    from benchmark.localhub.web.language import Reader


@in_html
def discussions(call: Call, reader: Reader) -> Response:
    """GET /datasets/NS/NAME/discussions, the newest first."""
    _ = reader.say
    with call.open() as repo:
        found = pulls.discussions(repo)[::-1]
    rows = [
        (
            link(path("datasets", *call.repo.split("/"), "discussions", f"{item.num}"), item.title),
            _("Pull request") if item.is_pull else _("Discussion"),
            item.status, item.author, instant(item.created)[:10],
        )
        for item in found
    ]  # fmt: skip
    heads = (_("Title"), _("Kind"), _("Status"), _("Author"), _("Date"))
    listed = table(heads, rows) if rows else tag("p", _("None yet."))
    return html.page(f"{call.repo}: {_('Discussions')}", [heading(call, reader), listed],
                     lang=reader.lang)  # fmt: skip


@in_html
def discussion(call: Call, reader: Reader) -> Response:
    """GET /datasets/NS/NAME/discussions/N: what was said, and the change that is proposed."""
    with call.open() as repo:
        found = pulls.discussion(repo, number(call))
        change = [tag("pre", diff_of(repo, found))] if found.is_pull else []
    body = [
        heading(call, reader, f"#{found.num} · {found.status}"),
        tag("h2", found.title),
        *_said(found, reader),
        *change,
    ]
    return html.page(f"{found.title} #{found.num}", body, lang=reader.lang)


def _said(found: Discussion, reader: Reader) -> Iterator[Html]:
    _ = reader.say
    for event in pulls.said(found):
        who = tag("p", tag("b", event["author"]), f" · {instant(event['when'])[:16]}")
        if event["type"] == "comment":
            text = cast("dict[str, str]", event["data"]["latest"])["raw"]
            hidden = event["data"]["hidden"]
            said = tag("p", _("Hidden")) if hidden else html.markdown(text)
            yield tag("section", who, said)
        else:
            told = event["data"].get("to") or event["data"].get("status")
            yield tag("section", who, tag("p", f"{event['type']}: {told}"))
