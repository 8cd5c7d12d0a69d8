"""A dataset card that the Hub refuses: the results go in, and it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from huggingface_hub import HfApi

from tests.support import entries
from tests.support.publishers import call, held, submission

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

SAID = "Invalid metadata in README.md.\n- license: must be one of"
RUN = entries.run(50)


@pytest.fixture
def _refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the Hub's rules for cards are other than ours: the client asks before it commits."""
    accepted = HfApi.create_commit

    def create_commit(
        api: HfApi, repo_id: str, operations: list[object], **options: object
    ) -> object:
        if any(getattr(one, "path_in_repo", "") == "README.md" for one in operations):
            raise ValueError(SAID)
        return accepted(api, repo_id, operations, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(HfApi, "create_commit", create_commit)


@pytest.mark.usefixtures("_refusing")
def test_a_publish_whose_card_is_refused_says_so(
    hub: RunningHub, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the terminal, to programs, in the job summary and as a warning."""
    submission(here, RUN)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for name in ("OUTPUT", "STEP_SUMMARY"):
        monkeypatch.setenv(f"GITHUB_{name}", str(here / name))
    done = call("publish", "--json")
    assert done.code == 0
    assert set(held(hub).runs) == {RUN.run_id}
    words = " ".join(SAID.split())
    assert done.json["card_refusal"] == words
    assert f"⚠ The Hub refuses the dataset card, which is as it was: {words}" in done.err
    assert "::warning title=The Hub refuses the dataset card::" in done.err
    assert "⚠️ The Hub refuses the dataset card" in (here / "STEP_SUMMARY").read_text("utf-8")


@pytest.mark.usefixtures("_refusing")
def test_a_takedown_whose_card_is_refused_says_so(hub: RunningHub, here: Path) -> None:
    """For the card may tell of fields that only that run had."""
    submission(here, RUN, entries.run(60, model="other"))
    assert call("publish").code == 0
    done = call("takedown", RUN.run_id, "--reason", "private", "--by", "lab")
    assert RUN.run_id not in held(hub).runs
    assert "refuses the dataset card" in done.out
