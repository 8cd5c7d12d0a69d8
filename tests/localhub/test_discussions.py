"""What is said of a dataset and its pull requests, by the real client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.localhub.tokens import parse_tokens
from tests.localhub.proposals import pull_request
from tests.localhub.wire import DATASET, READ, WRITE

if TYPE_CHECKING:
    from benchmark.localhub.testing import RunningHub


def test_a_discussion_is_commented_renamed_closed_and_opened(api: HfApi) -> None:
    """Everything is told in its order."""
    num = pull_request(api, {"a": b"1"})
    where = {"discussion_num": num, **DATASET}
    said = api.comment_discussion(comment="why?", **where)
    assert (said.content, said.author) == ("why?", "anonymous")
    renamed = api.rename_discussion(new_title="better", **where)
    assert (renamed.old_title, renamed.new_title) == ("results", "better")
    closed = api.change_discussion_status(new_status="closed", comment="not now", **where)
    assert closed.new_status == "closed"
    with pytest.raises(HfHubHTTPError, match="closed"):
        api.merge_pull_request(**where)
    api.change_discussion_status(new_status="open", **where)
    api.merge_pull_request(comment="thanks", **where)
    found = api.get_discussion_details(**where)
    assert (found.title, found.status) == ("better", "merged")
    kinds = [event.type for event in found.events]
    assert sorted(kinds) == sorted([
        "comment", "commit", "comment", "title-change", "comment", "status-change",
        "status-change", "comment", "status-change",
    ])  # fmt: skip
    assert kinds[0] == "comment"


def test_a_comment_is_edited_and_hidden(api: HfApi) -> None:
    """Also the one that opened the discussion; a hidden text is sent to nobody."""
    opened = api.create_discussion(title="question", description="why", **DATASET)
    where = {"discussion_num": opened.num, **DATASET}
    said = api.comment_discussion(comment="so", **where)
    edited = api.edit_discussion_comment(comment_id=said.id, new_content="because", **where)
    assert (edited.content, edited.edited) == ("because", True)
    first = opened.events[0]
    api.edit_discussion_comment(comment_id=first.id, new_content="how", **where)
    hidden = api.hide_discussion_comment(comment_id=said.id, **where)
    assert (hidden.content, hidden.hidden) == ("", True)
    found = api.get_discussion_details(**where)
    assert [event.content for event in found.events] == ["how", ""]
    with pytest.raises(HfHubHTTPError, match="not found"):
        api.edit_discussion_comment(comment_id="0" * 24, new_content="x", **where)


def test_only_its_author_changes_a_comment(guarded: RunningHub) -> None:
    """Whoever may write to the dataset may comment, not speak for others."""
    tokens = parse_tokens(f"write {WRITE} alice\nwrite {READ} carol\n", source="tokens")
    with running_hub(guarded.root, settings=HubSettings(tokens=tokens)) as hub:
        alice, carol = (HfApi(endpoint=hub.endpoint, token=token) for token in (WRITE, READ))
        opened = alice.create_discussion(title="question", description="why", **DATASET)
        with pytest.raises(HfHubHTTPError, match="Only its author"):
            carol.edit_discussion_comment(
                comment_id=opened.events[0].id, new_content="x", discussion_num=opened.num,
                **DATASET,
            )  # fmt: skip
        authors = [
            [item.num for item in alice.get_repo_discussions(author=name, **DATASET)]
            for name in ("alice", "carol")
        ]
    assert authors == [[opened.num], []]
