"""Sends and fetches large files with the real client, its settings as they are.

Run with the Python of any client: client.py ENDPOINT FOLDER. What it sends is in FOLDER; it prints
what it fetched, by name and sha-256.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

from huggingface_hub import CommitOperationAdd, HfApi, hf_hub_download

REPO = "lab/results"


def main() -> None:
    """Commit every file of the folder twice, and fetch it."""
    endpoint, folder = sys.argv[1], Path(sys.argv[2])
    api, files = HfApi(endpoint=endpoint, token=False), sorted(folder.iterdir())
    heads = {commit(api, files), commit(api, files)}
    fetched = {path.name: sha256(fetch(endpoint, path.name)).hexdigest() for path in files}
    sys.stdout.write(json.dumps({"heads": sorted(heads), "files": fetched}))


def commit(api: HfApi, files: list[Path]) -> str:
    """One commit with all files; returns the head."""
    operations = [CommitOperationAdd(path.name, str(path)) for path in files]
    info = api.create_commit(REPO, operations, commit_message="m", repo_type="dataset")
    return str(info.oid)


def fetch(endpoint: str, name: str) -> bytes:
    """A file's content, not from any cache."""
    where = Path(sys.argv[2]).with_name("fetched")
    path = hf_hub_download(
        REPO,
        name,
        repo_type="dataset",
        endpoint=endpoint,
        token=False,
        local_dir=where,
        force_download=True,
    )
    return Path(path).read_bytes()


if __name__ == "__main__":
    main()
