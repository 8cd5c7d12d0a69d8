"""The dataset card among the other files of a commit: it never keeps a result out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.dataset import CARD
from benchmark.errors import RefusedError
from tests.support.publishers import REPO, SINGLE

if TYPE_CHECKING:
    from benchmark.hub import HubStore
    from benchmark.localhub.testing import RunningHub

BAD = b"---\n- no mapping\n---\n"


def test_a_card_that_the_hub_refuses_does_not_keep_the_results_out(
    hub: RunningHub, store: HubStore
) -> None:
    """They are committed without it, and once."""
    before = store.read()
    files = {SINGLE: b"[1]\n", CARD: BAD}
    revision = store.commit(files, parent=before.revision, message="m")
    assert (revision, hub.files(REPO)[SINGLE]) == (hub.head(REPO), b"[1]\n")
    assert CARD not in hub.files(REPO)
    assert "The metadata must be a mapping" in store.card_refusal
    store.commit({SINGLE: b"[2]\n", CARD: b"good"}, parent=revision, message="m")
    assert store.card_refusal == ""


def test_a_card_alone_that_the_hub_refuses_is_refused(store: HubStore) -> None:
    """There is nothing else to commit."""
    with pytest.raises(RefusedError, match="refuses the content"):
        store.commit({CARD: BAD}, parent=store.read().revision, message="m")


@pytest.mark.parametrize("has_card", [False, True])
def test_a_pull_request_changes_no_card(
    hub: RunningHub, store: HubStore, *, has_card: bool
) -> None:
    """Two of them would conflict; where there is none yet it brings the first."""
    if has_card:
        hub.write(REPO, {CARD: b"old"})
    store.create_pr = True
    store.commit({SINGLE: b"[1]\n", CARD: b"new"}, parent=store.read().revision, message="m")
    proposed = hub.files(REPO, "refs/pr/1")
    assert proposed[SINGLE] == b"[1]\n"
    assert proposed[CARD] == (b"old" if has_card else b"new")


def test_a_snapshot_knows_the_name_of_the_dataset(store: HubStore) -> None:
    """The card's lines of code say it."""
    assert store.read().name == REPO
