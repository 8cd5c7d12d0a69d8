"""`hf` of every major version does at the hub what its help says."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.clients.lab import READ

if TYPE_CHECKING:
    from tests.clients.lab import Lab

REPO = "lab/results"
DATASET = ("--repo-type", "dataset")
WHOLE = ("--format", "json")
LARGE = random.Random(3).randbytes(400_000)  # noqa: S311 - reproducible, not secret


@pytest.fixture
def sent(lab: Lab) -> dict[str, bytes]:
    """Files in the folder `sent`: a large one, which goes by Xet, and small ones."""
    files = {"x.parquet": LARGE, "sub/é.txt": "né\n".encode(), "b.json": b"[]\n"}
    for name, content in files.items():
        path = lab.folder / "sent" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return files


def repos(lab: Lab) -> str:
    """The word for it; the first majors had the singular."""
    return "repo" if lab.major == "0.36" else "repos"


def only_since_1(lab: Lab) -> None:
    """Leave out a verb that 0.36 has not."""
    if lab.major == "0.36":
        pytest.skip("hf of 0.36 has no such verb")


def files_of(lab: Lab, repo: str = REPO, revision: str = "main") -> dict[str, bytes]:
    """The dataset's files without `.gitattributes`."""
    found = lab.hub.files(repo, revision)
    return {path: content for path, content in found.items() if path != ".gitattributes"}


def test_what_is_uploaded_is_downloaded(lab: Lab, sent: dict[str, bytes]) -> None:
    """A folder, a single file, what a pattern names, and what is to go."""
    lab.hf(repos(lab), "create", REPO, *DATASET)
    lab.hf("upload", REPO, "sent", ".", *DATASET)
    assert files_of(lab) == sent
    lab.hf("download", REPO, *DATASET, "--local-dir", "got")
    assert {name: (lab.folder / "got" / name).read_bytes() for name in sent} == sent
    lab.hf("upload", REPO, "sent/b.json", "c.json", *DATASET, "--commit-message", "One file")
    options = ("--include", "*.txt", "--delete", "c.json")
    lab.hf("upload", REPO, "sent", "more", *DATASET, "--include", "*.txt")
    lab.hf("upload", REPO, "sent", ".", *DATASET, *options)
    assert files_of(lab) == {**sent, "more/sub/é.txt": sent["sub/é.txt"]}


def test_an_upload_makes_the_dataset(lab: Lab, sent: dict[str, bytes]) -> None:
    """Nobody has to create it first; a second one of the same name is refused."""
    lab.hf("upload", REPO, "sent", ".", *DATASET)
    assert files_of(lab) == sent
    done = lab.run("hf", repos(lab), "create", REPO, *DATASET)
    assert done.status != 0
    assert "already exists" in done.output
    lab.hf(repos(lab), "create", REPO, *DATASET, "--exist-ok")


def test_files_are_deleted_and_versions_tagged(lab: Lab, sent: dict[str, bytes]) -> None:
    """What a tag names stays."""
    lab.hf("upload", REPO, "sent", ".", *DATASET)
    lab.hf(repos(lab), "tag", "create", REPO, "v1", *DATASET, "-m", "First")
    assert "v1" in lab.hf(repos(lab), "tag", "list", REPO, *DATASET)
    verb = ("repo-files", "delete") if lab.major == "0.36" else ("repos", "delete-files")
    lab.hf(*verb, REPO, "sub/*", *DATASET)
    assert files_of(lab).keys() == sent.keys() - {"sub/é.txt"}
    lab.hf("download", REPO, *DATASET, "--revision", "v1", "--local-dir", "v1")
    assert (lab.folder / "v1/sub/é.txt").read_bytes() == sent["sub/é.txt"]
    lab.hf(repos(lab), "tag", "delete", REPO, "v1", *DATASET, "--yes")
    assert "v1" not in lab.hf(repos(lab), "tag", "list", REPO, *DATASET)


def test_a_pull_request_is_discussed_and_merged(lab: Lab, sent: dict[str, bytes]) -> None:
    """Opened by an upload; 0.36 can read it, and no more."""
    lab.hub.create(REPO)
    lab.hf("upload", REPO, "sent", "more", *DATASET, "--create-pr")
    lab.hf("download", REPO, *DATASET, "--revision", "refs/pr/1", "--local-dir", "pr")
    assert (lab.folder / "pr/more/x.parquet").read_bytes() == sent["x.parquet"]
    only_since_1(lab)
    pull = (REPO, "1", *DATASET)
    lab.hf("discussions", "comment", *pull, "--body", "Measured twice")
    lab.hf("discussions", "rename", REPO, "1", "Better title", *DATASET)
    assert "+né" in lab.hf("discussions", "diff", *pull)
    lab.hf("discussions", "close", *pull, "--yes")
    assert "Better title" not in lab.hf("discussions", "list", REPO, *DATASET)
    lab.hf("discussions", "reopen", *pull, "--yes")
    assert "Better title" in lab.hf("discussions", "list", REPO, *DATASET)
    lab.hf("discussions", "merge", *pull, "--yes")
    assert "merged" in lab.hf("discussions", "info", *pull)
    assert files_of(lab) == {f"more/{name}": content for name, content in sent.items()}


def test_a_branch_is_made_written_and_deleted(lab: Lab, sent: dict[str, bytes]) -> None:
    """And leaves `main` as it is."""
    only_since_1(lab)
    lab.hub.create(REPO)
    lab.hf("repos", "branch", "create", REPO, "dev", *DATASET)
    lab.hf("upload", REPO, "sent", ".", *DATASET, "--revision", "dev")
    assert (files_of(lab), files_of(lab, revision="dev")) == ({}, sent)
    lab.hf("repos", "branch", "delete", REPO, "dev", *DATASET)
    assert lab.run("hf", "download", REPO, *DATASET, "--revision", "dev").status != 0


def test_datasets_are_listed_moved_hidden_and_deleted(lab: Lab, sent: dict[str, bytes]) -> None:
    """Each of them by its verb."""
    only_since_1(lab)
    lab.hf("upload", REPO, "sent", ".", *DATASET)
    assert REPO in lab.hf("datasets", "list", "--author", "lab", "--search", "RES", *WHOLE)
    assert REPO in lab.hf("repos", "list", "--type", "dataset", *WHOLE)
    assert REPO in lab.hf("repos", "list", "--namespace", "lab", *WHOLE)
    assert REPO in lab.hf("datasets", "info", REPO)
    lab.hf("repos", "settings", REPO, "--private", *DATASET)
    assert lab.run("hf", "download", REPO, *DATASET, token="hf_unknown_0123456789").status != 0
    assert lab.run("hf", "download", REPO, *DATASET, token=READ).status == 0
    lab.hf("repos", "move", REPO, "lab/moved", *DATASET)
    assert files_of(lab, "lab/moved") == sent
    lab.hf("repos", "delete", "lab/moved", *DATASET, "--yes")
    assert "lab/" not in lab.hf("datasets", "list")


def test_files_are_copied_within_the_hub(lab: Lab, sent: dict[str, bytes]) -> None:
    """From here, to here, and from one path to another."""
    only_since_1(lab)
    lab.hf("upload", REPO, "sent", ".", *DATASET)
    place = f"hf://datasets/{REPO}"
    lab.hf("cp", f"{place}/b.json", "copied.json")
    lab.hf("cp", "sent/b.json", f"{place}/c.json")
    lab.hf("cp", f"{place}/x.parquet", f"{place}/y.parquet")
    assert (lab.folder / "copied.json").read_bytes() == sent["b.json"]
    assert files_of(lab) == {**sent, "c.json": sent["b.json"], "y.parquet": sent["x.parquet"]}


def test_a_read_token_reads_and_is_told_that_it_may_not_write(
    lab: Lab, sent: dict[str, bytes]
) -> None:
    """In words that say why."""
    lab.hf("upload", REPO, "sent", ".", *DATASET)
    assert lab.run("hf", "download", REPO, *DATASET, token=READ).status == 0
    done = lab.run("hf", "upload", REPO, "sent/b.json", "c.json", *DATASET, token=READ)
    assert done.status != 0
    assert "no write access" in done.output
    assert files_of(lab) == sent


def test_a_dataset_is_duplicated(lab: Lab, sent: dict[str, bytes]) -> None:
    """With its large files."""
    only_since_1(lab)
    lab.hf("upload", REPO, "sent", ".", *DATASET)
    lab.hf("repos", "duplicate", REPO, "lab/copy", *DATASET)
    assert files_of(lab, "lab/copy") == sent


def test_what_the_hub_has_not_is_not_said_to_be_a_missing_dataset(lab: Lab) -> None:
    """The leaderboards of benchmark datasets are one of those."""
    only_since_1(lab)
    lab.hub.create(REPO)
    done = lab.run("hf", "datasets", "leaderboard", REPO)
    assert done.status != 0
    assert f"'{REPO}' not found" not in done.output
