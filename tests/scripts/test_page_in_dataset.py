"""`publish --page` on a hub, and every other verb that commits to a dataset with a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.derived import PAGE
from benchmark.derived import files as derived
from tests.page.reading import data_of, facts_of
from tests.support import entries
from tests.support.publishers import (
    REPO,
    call,
    commits,
    every_commit_is_conditional,
    fails_helpfully,
    submission,
)

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

FIRST, BAD, LATER = entries.run(50), entries.run(60, model="bad"), entries.run(70, model="later")
WHY = ("--reason", "measured wrongly", "--by", "lab")


@pytest.fixture(params=["few runs", "an index"], autouse=True)
def _derived(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "FEW", 0 if request.param == "an index" else 256)


def shown(hub: RunningHub) -> set[object]:
    """The runs on the page at the head that may be ranked."""
    facts = facts_of(hub.files(REPO)[PAGE])
    ranked = zip(facts["run_id"], facts["not_ranked"], strict=True)
    return {run_id for run_id, why_not in ranked if not why_not}


def test_every_verb_that_commits_leaves_the_page_of_what_it_leaves(
    hub: RunningHub, here: Path
) -> None:
    """In its one commit, and the doctor agrees."""
    submission(here, FIRST, BAD)
    assert call("publish", "--page").code == 0
    assert (commits(hub), shown(hub)) == (1, {FIRST.run_id, BAD.run_id})
    about = data_of(hub.files(REPO)[PAGE])
    assert about["dataset_url"] == f"{hub.endpoint}/datasets/{REPO}"
    submission(here, LATER)
    assert call("publish").code == 0
    assert (commits(hub), shown(hub)) == (2, {FIRST.run_id, BAD.run_id, LATER.run_id})
    assert call("retract", BAD.run_id, *WHY).code == 0
    assert (commits(hub), shown(hub)) == (3, {FIRST.run_id, LATER.run_id})
    assert call("takedown", LATER.run_id, *WHY).code == 0
    assert (commits(hub), shown(hub)) == (4, {FIRST.run_id})
    assert call("rebuild", "--check").code == 0
    assert call("doctor").code == 0
    assert every_commit_is_conditional(hub)


def test_a_page_that_fell_behind_is_made_anew_by_rebuild(hub: RunningHub, here: Path) -> None:
    """As after a commit by a release that knows of no page."""
    submission(here, FIRST)
    assert call("publish", "--page").code == 0
    good = hub.files(REPO)[PAGE]
    hub.write(REPO, {PAGE: good.replace(b"<h1>", b"<h1>!")})
    checked = call("rebuild", "--check", "--json")
    assert (checked.code, checked.json["files"]) == (65, [PAGE])
    assert call("rebuild", "--publish").code == 0
    assert hub.files(REPO)[PAGE] == good


def test_a_pull_request_carries_no_page(hub: RunningHub, here: Path) -> None:
    """It would show what the dataset does not hold yet."""
    submission(here, FIRST)
    fails_helpfully(call("publish", "--page", "--create-pr"), 2)
    assert commits(hub) == 0


def test_what_another_release_took_down_goes_from_the_page_when_it_is_named_again(
    hub: RunningHub, here: Path
) -> None:
    """Its commit leaves the page behind, and whoever sees that says `takedown` once more."""
    submission(here, FIRST, BAD)
    assert call("publish", "--page").code == 0
    before = hub.files(REPO)[PAGE]
    assert call("takedown", BAD.run_id, *WHY).code == 0
    good = hub.files(REPO)[PAGE]
    hub.write(REPO, {PAGE: before})
    again = call("takedown", BAD.run_id, "--reason", "again", "--by", "lab", "--json")
    assert (again.code, again.json["changed"], again.json["files"]) == (0, True, [PAGE])
    assert "Taken down already" in again.err
    assert hub.files(REPO)[PAGE] == good
    assert call("takedown", BAD.run_id, *WHY, "--json").json["changed"] is False
