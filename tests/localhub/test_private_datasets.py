"""Datasets that only those with a token may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import BadRequestError

from benchmark.localhub.testing import running_hub
from tests.localhub.wire import API, DATASET, READ, REPO, WRITE, ask, commit_body

if TYPE_CHECKING:
    from benchmark.localhub.testing import RunningHub


def test_nothing_is_private_on_a_hub_without_tokens_and_it_says_so(api: HfApi) -> None:
    """It must not succeed and be public."""
    with pytest.raises(BadRequestError, match="no tokens"):
        api.create_repo("lab/secret", repo_type="dataset", private=True)
    with pytest.raises(BadRequestError, match="no tokens"):
        api.update_repo_settings(private=True, **DATASET)
    with pytest.raises(BadRequestError, match="gated"):
        api.update_repo_settings(gated="auto", **DATASET)
    assert [item.id for item in api.list_datasets()] == [REPO]


PRIVATE_READS = [
    API, f"{API}/revision/main", f"{API}/tree/main", f"{API}/commits/main", f"{API}/refs",
    f"{API}/discussions", f"{API}/auth-check", f"{API}/xet-read-token/main",
    f"/datasets/{REPO}/resolve/main/a.json",
    f"/datasets/{REPO}.git/info/lfs/objects/{'0' * 64}",
]  # fmt: skip


@pytest.mark.parametrize("path", PRIVATE_READS)
def test_a_private_dataset_is_there_for_those_with_a_token_only(
    guarded: RunningHub, path: str
) -> None:
    """For others it is as one that does not exist, to the letter: 401, for a token might help."""
    HfApi(endpoint=guarded.endpoint, token=WRITE).update_repo_settings(private=True, **DATASET)
    bearer = {"authorization": f"Bearer {READ}"}
    absent = path.replace(REPO, "lab/absent0")
    hidden, missing = (ask(guarded.endpoint, "GET", item) for item in (path, absent))
    assert hidden.status == missing.status == 401
    assert hidden.json["error"] == missing.json["error"]
    assert ask(guarded.endpoint, "GET", absent, authorization=f"Bearer {READ}").status == 404
    assert ask(guarded.endpoint, "GET", "/api/datasets").json == []
    if not path.endswith("0" * 64):
        assert ask(guarded.endpoint, "GET", path, **bearer).status == 200
    assert ask(guarded.endpoint, "GET", API, **bearer).json["private"] is True


def test_a_dataset_is_private_from_its_first_moment(guarded: RunningHub) -> None:
    """And works with the client as any other, large files included."""
    api = HfApi(endpoint=guarded.endpoint, token=WRITE)
    where = {"repo_id": "lab/secret", "repo_type": "dataset"}
    api.create_repo(private=True, **where)
    content = b"0123456789" * 100
    api.upload_file(path_or_fileobj=content, path_in_repo="x.parquet", **where)
    reader = HfApi(endpoint=guarded.endpoint, token=READ)
    path = reader.hf_hub_download(filename="x.parquet", **where)
    with open(path, "rb") as file:  # noqa: PTH123 - the client's path is text
        assert file.read() == content
    assert [item.id for item in reader.list_datasets()] == [REPO, "lab/secret"]


def test_a_private_dataset_stays_hidden_when_the_tokens_are_taken_away(
    guarded: RunningHub,
) -> None:
    """An open hub on the same folder shows it to nobody, rather than to everybody."""
    HfApi(endpoint=guarded.endpoint, token=WRITE).update_repo_settings(private=True, **DATASET)
    with running_hub(guarded.root) as hub:
        assert ask(hub.endpoint, "GET", API).status == 404
        body = commit_body({"a.json": b"[1]"})
        assert ask(hub.endpoint, "POST", f"{API}/commit/main", body).status == 404
    HfApi(endpoint=guarded.endpoint, token=WRITE).update_repo_settings(private=False, **DATASET)
    assert ask(guarded.endpoint, "GET", API).status == 200
