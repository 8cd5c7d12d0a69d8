"""The real clients, as people have them, send and fetch large files by Xet."""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.localhub.xet.entries import unpack
from tests.localhub.conformance.test_conformance import other_python
from tests.localhub.wire import REPO, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.localhub.testing import RunningHub

CLIENT = Path(__file__).with_name("client.py")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub for which files of 1,000 bytes are large."""
    with running_hub(tmp_path / "root", settings=HubSettings(lfs_threshold=1000)) as running:
        running.create(REPO)
        yield running


@pytest.fixture
def files(tmp_path: Path) -> dict[str, bytes]:
    """Files of every kind, in the folder that clients send."""
    source = random.Random(3)  # noqa: S311 - reproducible, not secret
    contents = {
        "noise.bin": source.randbytes(1_000_003),
        "zeros.bin": bytes(700_000),
        "again.bin": source.randbytes(150_001) * 5,
        "numbers.bin": b"".join(struct.pack("<f", n / 3) for n in range(100_000)),
        "lines.jsonl": b"".join(b'{"run": %d, "x": "%s"}\n' % (n, b"x" * n) for n in range(900)),
        "short.txt": b"y" * 1001,
    }
    folder = tmp_path / "files"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return contents


def drive(hub: RunningHub, tmp_path: Path, python: str = sys.executable) -> dict[str, str]:
    """What a client fetched, by name and sha-256; it sent everything twice, in one commit."""
    environment = {
        "PATH": os.environ["PATH"],
        "HF_HOME": str(tmp_path / "home"),
        "HF_ENDPOINT": hub.endpoint,
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    command = [python, str(CLIENT), hub.endpoint, str(tmp_path / "files")]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["heads"] == [hub.head(REPO)]
    fetched: dict[str, str] = said["files"]
    return fetched


def digests(files: dict[str, bytes]) -> dict[str, str]:
    """The sha-256 of each."""
    return {name: sha256(content).hexdigest() for name, content in files.items()}


def operations(hub: RunningHub) -> set[str]:
    """What was asked of the hub."""
    return {record.operation for record in hub.requests}


def test_the_installed_client_sends_and_fetches_by_xet(
    hub: RunningHub, tmp_path: Path, files: dict[str, bytes]
) -> None:
    """No setting tells it to; every file arrives whole, and others fetch it without Xet."""
    assert drive(hub, tmp_path) == digests(files)
    assert {"xet-token", "xet-xorb", "xet-shard", "xet-file", "xet-download"} <= operations(hub)
    assert "lfs-batch" not in operations(hub)
    for name, content in files.items():
        assert ask(hub.endpoint, "GET", f"/datasets/{REPO}/resolve/main/{name}").body == content


@pytest.mark.parametrize("major", ["0.36", "1"])
def test_the_client_of_another_major_sends_and_fetches(
    hub: RunningHub, tmp_path: Path, files: dict[str, bytes], major: str
) -> None:
    """By Xet too; 0.36 asks first whether it may."""
    assert drive(hub, tmp_path, other_python(major)) == digests(files)
    assert operations(hub) & {"xet-shard", "lfs-upload"} == {"xet-shard"}
    assert ("lfs-batch" in operations(hub)) is (major == "0.36")


def test_a_client_that_does_not_offer_xet_is_told_to_send_as_ever(hub: RunningHub) -> None:
    """git-lfs, and a client without hf-xet; whoever fetches is told so too."""
    path = f"/datasets/{REPO}.git/info/lfs/objects/batch"
    wanted = [{"oid": "0" * 64, "size": 5}]
    for operation, offered, told in (
        ("upload", ["basic", "multipart"], "basic"), ("upload", None, "basic"),
        ("upload", ["xet"], "xet"), ("download", ["xet"], "basic"),
    ):  # fmt: skip
        body = {"operation": operation, "transfers": offered, "objects": wanted}
        answer = ask(hub.endpoint, "POST", path, json.dumps(body).encode())
        assert answer.json["transfer"] == told
    body = {"operation": "upload", "transfers": "xet", "objects": []}
    assert ask(hub.endpoint, "POST", path, json.dumps(body).encode()).status == 400


def test_an_old_client_fetches_by_xet_what_a_new_one_sent(
    hub: RunningHub, tmp_path: Path, files: dict[str, bytes]
) -> None:
    """It finds the file there already, and then the way to fetch it."""
    drive(hub, tmp_path)
    before = len(hub.requests)
    assert drive(hub, tmp_path, other_python("0.36")) == digests(files)
    assert "xet-download" in {record.operation for record in hub.requests[before:]}


def test_of_an_edited_file_only_what_is_new_is_sent(
    hub: RunningHub, tmp_path: Path, files: dict[str, bytes]
) -> None:
    """Its other chunks are read from the file that has them."""
    drive(hub, tmp_path)
    before = len(hub.requests)
    edited = edit(tmp_path, files)
    assert drive(hub, tmp_path)["noise.bin"] == sha256(edited).hexdigest()
    assert 0 < sent_bytes(hub, before) < 300_000


@pytest.mark.parametrize("major", ["0.36", "1", "2"])
def test_a_client_that_has_sent_nothing_yet_sends_only_what_is_new(
    hub: RunningHub, tmp_path: Path, files: dict[str, bytes], major: str
) -> None:
    """The hub tells it what others sent; and the file is whole, whoever fetches it."""
    drive(hub, tmp_path)
    before = len(hub.requests)
    edited = edit(tmp_path, files)
    shutil.rmtree(tmp_path / "home")
    python = sys.executable if major == "2" else other_python(major)
    assert drive(hub, tmp_path, python)["noise.bin"] == sha256(edited).hexdigest()
    assert "xet-chunk" in {record.operation for record in hub.requests[before:]}
    assert 0 < sent_bytes(hub, before) < 300_000
    assert hub.files(REPO)["noise.bin"] == edited


def edit(tmp_path: Path, files: dict[str, bytes]) -> bytes:
    """Insert a word into a file; what is in it then."""
    edited = files["noise.bin"][:400_000] + b"edited" + files["noise.bin"][400_000:]
    (tmp_path / "files" / "noise.bin").write_bytes(edited)
    return edited


def sent_bytes(hub: RunningHub, before: int) -> int:
    """The plain bytes of the xorbs that were sent after so many requests."""
    folder = hub.root / "datasets" / f"{REPO}.git" / "xet" / "xorbs"
    names = [
        record.path.rpartition("/")[2]
        for record in hub.requests[before:]
        if record.operation == "xet-xorb"
    ]
    lists = [unpack((folder / name[:2] / f"{name}.chunks").read_bytes()) for name in names]
    return sum(entry.chunk.size for entries in lists for entry in entries)


def test_a_client_sends_everything_again_to_a_dataset_made_anew(
    hub: RunningHub, tmp_path: Path, files: dict[str, bytes]
) -> None:
    """What it remembers of the one that was there before is of no use."""
    drive(hub, tmp_path)
    shutil.rmtree(hub.root / "datasets" / f"{REPO}.git")
    hub.create(REPO)
    assert drive(hub, tmp_path) == digests(files)
