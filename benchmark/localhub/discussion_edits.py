"""The endpoints that change a discussion or pull request: comments, title, status."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmark.localhub import pulls
from benchmark.localhub.call import Call, answer
from benchmark.localhub.discussions import event_view, number, text
from benchmark.localhub.problems import HubError, bad_request, conflict, forbidden

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from benchmark.canonical import Json
    from benchmark.localhub.commits import Signature
    from benchmark.localhub.pulls import Discussion, Event

    Change = Callable[[Discussion, Signature], tuple[Discussion, Event]]


def comment(call: Call) -> Response:
    """POST …/discussions/N/comment."""
    written = text(call.json(), "comment")
    if not written.strip():
        raise bad_request("comment must not be empty")
    return _changed(call, "newMessage", lambda found, by: _with(found, pulls.comment(written, by)))


def rename(call: Call) -> Response:
    """POST …/discussions/N/title."""
    title = text(call.json(), "title")
    if not title.strip():
        raise bad_request("title must not be empty")

    def change(found: Discussion, by: Signature) -> tuple[Discussion, Event]:
        event = pulls.event("title-change", {"from": found.title, "to": title}, by)
        return _with(replace(found, title=title), event)

    return _changed(call, "newTitle", change)


def set_status(call: Call) -> Response:
    """POST …/discussions/N/status: close it, or open it again."""
    wanted = call.json()
    status, remark = text(wanted, "status"), text(wanted, "comment")
    if status not in {"open", "closed"}:
        raise bad_request("A status is open or closed")

    def change(found: Discussion, by: Signature) -> tuple[Discussion, Event]:
        if found.status == "merged":
            raise conflict(f"Pull request {found.num} is merged")
        if remark.strip():
            found, _ = _with(found, pulls.comment(remark, by))
        event = pulls.event("status-change", {"status": status}, by)
        return _with(replace(found, status="open" if status == "open" else "closed"), event)

    return _changed(call, "newStatus", change)


def edit(call: Call) -> Response:
    """POST …/discussions/N/comment/ID/edit, by whoever wrote it."""
    written = text(call.json(), "content")
    return _edited(call, lambda data: {**data, "edited": True, "latest": {"raw": written}})


def hide(call: Call) -> Response:
    """POST …/discussions/N/comment/ID/hide: nobody sees its text again."""
    return _edited(call, lambda data: {**data, "hidden": True, "latest": {"raw": ""}})


def _edited(call: Call, edit_data: Callable[[dict[str, Json]], dict[str, Json]]) -> Response:
    wanted = call.parameter("comment")

    def change(found: Discussion, by: Signature) -> tuple[Discussion, Event]:
        events = pulls.said(found)
        old = next((item for item in events if item["id"] == wanted), None)
        if old is None or old["type"] != "comment":
            raise HubError(404, f"Comment {wanted} not found", code="CommentNotFound")
        if old["author"] != by.user:
            raise forbidden("Only its author may change a comment")
        new: Event = {**old, "data": edit_data(old["data"])}
        changed = tuple(new if item is old else item for item in events)
        return replace(found, events=changed), new

    return _changed(call, "updatedComment", change)


def _changed(call: Call, key: str, change: Change) -> Response:
    signature = call.writer(call.repo)
    events: list[Event] = []

    def apply(found: Discussion) -> Discussion:
        changed, event = change(found, signature)
        events.append(event)
        return changed

    with call.open() as repo:
        pulls.update(repo, call.hub.store.locks, number(call), apply)
    return answer({key: event_view(events[0])})


def _with(found: Discussion, event: Event) -> tuple[Discussion, Event]:
    return replace(found, events=(*found.events, event)), event
