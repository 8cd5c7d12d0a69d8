"""The page that the Action makes after a publish."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from benchmark.action import inputs
from benchmark.commands.action import command
from benchmark.errors import UsageError
from tests.page.reading import data_of
from tests.support.entries import data
from tests.support.publishers import REPO, WRITE_TOKEN, commits, dataset_hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub


def test_no_page_is_made_unless_one_is_asked_for() -> None:
    """Nor where nothing is published."""
    assert inputs.page_words({}) == []
    assert inputs.page_words({"page": "none"}) == []
    assert inputs.page_words({"page": "pages", "mode": "validate"}) == []


def test_a_page_for_a_space_names_the_space() -> None:
    """And the dataset that was published to."""
    given = {"page": "space", "page-space": "lab/board", "hf-repo": "lab/results"}
    assert inputs.page_words(given) == [
        "--hf-repo=lab/results", "--output=_site/index.html", "--space=lab/board",
    ]  # fmt: skip


def test_a_space_without_a_name_is_a_wrong_input() -> None:
    """Before anything is done."""
    with pytest.raises(UsageError, match="page-space names none"):
        inputs.read({"INPUT_PAGE": "space"})


def test_a_page_in_the_dataset_is_part_of_the_commit_and_of_no_pull_request() -> None:
    """So nothing is made afterwards."""
    given = {"page": "dataset"}
    assert "--page" in inputs.words(given)
    assert inputs.page_words(given) == []
    assert "--page" not in inputs.words({"page": "pages"})
    with pytest.raises(UsageError, match="carries no page"):
        inputs.read({"INPUT_PAGE": "dataset", "INPUT_CREATE_PR": "true"})


@pytest.fixture
def publishing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningHub]:
    """A hub, and a workspace with a result."""
    (tmp_path / "hf_data").mkdir()
    (tmp_path / "hf_data" / "leaderboard_single.json").write_text(json.dumps([data()]))
    monkeypatch.chdir(tmp_path)
    # The command changes them; the next test shall find them as they were.
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example.org")
    with dataset_hub(tmp_path / "hub") as hub:
        yield hub


def act(hub: RunningHub, page: str) -> None:
    """The Action's step, with this input."""
    asked = {"HF_REPO": REPO, "ENDPOINT": hub.endpoint, "CLEANUP": "false", "PAGE": page}
    env = {f"INPUT_{name}": value for name, value in asked.items()}
    run = CliRunner().invoke(
        command, [], env={**env, "HF_TOKEN": WRITE_TOKEN}, standalone_mode=False
    )
    assert run.exception is None


def test_a_publish_leaves_the_page_of_what_the_dataset_holds_now(
    publishing: RunningHub, tmp_path: Path
) -> None:
    """In the folder that GitHub Pages are made of."""
    act(publishing, "pages")
    about = data_of((tmp_path / "_site" / "index.html").read_bytes())
    assert (about["total"], about["revision"]) == (1, publishing.head(REPO))


def test_a_publish_commits_the_page_together_with_the_results(
    publishing: RunningHub, tmp_path: Path
) -> None:
    """And writes none elsewhere."""
    act(publishing, "dataset")
    assert commits(publishing) == 1
    assert data_of(publishing.files(REPO)["leaderboard.html"])["total"] == 1
    assert not (tmp_path / "_site").exists()
