"""`hf`, the client's command line, does with this hub what people do with the public one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from huggingface_hub import CommitScheduler, HfApi

from tests.localhub.wire import REPO

if TYPE_CHECKING:
    import pytest

    from benchmark.localhub.testing import RunningHub

CONTENT = bytes(range(256)) * 1000


def hf(hub: RunningHub, home: Path, *arguments: str) -> str:
    """Run it, with a token that an open hub does not look at."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("hf")), *arguments, "--repo-type", "dataset"],
        capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(home),
             "HF_TOKEN": "hf_local_0123456789", "HF_HUB_DISABLE_TELEMETRY": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_dataset_is_uploaded_downloaded_proposed_to_and_deleted(
    hub: RunningHub, tmp_path: Path
) -> None:
    """Large files as the installed client sends them, with no variable set."""
    (tmp_path / "sent").mkdir()
    (tmp_path / "sent/x.parquet").write_bytes(CONTENT)
    hf(hub, tmp_path, "upload", "lab/new", str(tmp_path / "sent"), ".")
    hf(hub, tmp_path, "download", "lab/new", "--local-dir", str(tmp_path / "got"))
    assert (tmp_path / "got/x.parquet").read_bytes() == CONTENT
    hf(hub, tmp_path, "upload", "lab/new", str(tmp_path / "sent"), "more", "--create-pr")
    hf(hub, tmp_path, "discussions", "merge", "lab/new", "1", "--yes")
    assert hub.files("lab/new")["more/x.parquet"] == CONTENT
    hf(hub, tmp_path, "repos", "delete", "lab/new", "--yes")
    assert [item.id for item in HfApi(endpoint=hub.endpoint, token=False).list_datasets()] == [REPO]


def test_a_folder_that_is_committed_on_a_schedule_arrives(
    hub: RunningHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was added since is the next commit."""
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    folder = tmp_path / "folder"
    folder.mkdir()
    scheduler = CommitScheduler(
        repo_id=REPO, repo_type="dataset", folder_path=folder, every=60,
        hf_api=HfApi(endpoint=hub.endpoint, token=False),
    )  # fmt: skip
    try:
        for name in ("a.txt", "b.txt"):
            (folder / name).write_bytes(name.encode())
            scheduler.trigger().result()
    finally:
        scheduler.stop()
    assert {"a.txt", "b.txt"} <= hub.files(REPO).keys()
