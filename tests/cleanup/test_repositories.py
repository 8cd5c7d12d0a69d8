"""Repositories of every kind: large, partial, shallow, of either object format, with odd names."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from benchmark.cleanup import blob_ids
from tests.cleanup.place import DATA, MULTI, SINGLE, STRANGE, Place, Recorder, git

if TYPE_CHECKING:
    from pathlib import Path

NOT_UTF8 = os.fsdecode(b"hf_data/\xff\xfe \xe9.json")
MANY = 10_000


def blobs(repository: Path) -> set[str]:
    """The blobs that a repository holds itself."""
    every = git(repository, "cat-file", "--batch-all-objects", "--batch-check").splitlines()
    return {line.split()[0] for line in every if line.split()[1] == "blob"}


@pytest.mark.parametrize(
    "name", [STRANGE, NOT_UTF8, "-leading", "hf_data/\t\r ", "“”/é\u0301.json"]
)
def test_any_name_is_data_to_git(place: Place, name: str) -> None:
    """Names that look like options, hold newlines or are no text; their neighbours stay."""
    place.push({name: b"[3]\n", "hf_data/-rf": b"[3]\n"})
    assert place.clean({name: blob_ids(b"[3]\n")}).removed == (name,)
    assert place.files() == {"README.md", SINGLE, MULTI, "hf_data/-rf"}


def test_a_checkout_with_windows_line_ends_is_cleaned_up(place: Place) -> None:
    """What was published has CRLF, and git has LF; the JSON means the same."""
    place.check_out(place.remote.as_uri(), "--config", "core.autocrlf=true", name="windows")
    data = (place.checkout / SINGLE).read_bytes()
    assert data == b"[1]\r\n"
    assert place.clean({SINGLE: blob_ids(data)}).removed == (SINGLE,)


def test_a_repository_of_sha_256_is_cleaned_up(tmp_path: Path) -> None:
    """Its ids have 64 digits."""
    place = Place(tmp_path, "--object-format=sha256")
    place.push({MULTI: b"[2, 3]\n"})
    result = place.clean()
    assert (result.removed, result.kept, result.warning) == ((SINGLE,), (MULTI,), "")
    assert (len(place.tip()), place.files()) == (64, {"README.md", MULTI})


@pytest.mark.parametrize("kind", [("--filter=blob:none",), ("--filter=blob:none", "--depth=1")])
def test_a_partial_clone_fetches_no_blob(place: Place, kind: tuple[str, ...]) -> None:
    """Removing a file takes its name alone."""
    place.push({"hf_data/new.json": b"[3]\n"})
    place.check_out(place.remote.as_uri(), "--no-checkout", *kind, name="partial")
    before = blobs(place.checkout)
    place.push({"hf_data/later.json": b"[4]\n"})
    assert place.clean().removed == (MULTI, SINGLE)
    assert blobs(place.checkout) == before


def test_a_clone_without_trees_works(place: Place) -> None:
    """Git fetches those that it needs."""
    place.check_out(place.remote.as_uri(), "--no-checkout", "--filter=tree:0", name="partial")
    assert place.clean().removed == (MULTI, SINGLE)


def test_a_shallow_checkout_stays_shallow(place: Place) -> None:
    """Its history is not fetched, even if the branch has moved on."""
    place.push({"later": b"\n"})
    assert place.clean().warning == ""
    assert len(git(place.checkout, "rev-list", "FETCH_HEAD").split()) == 2


def test_a_sparse_checkout_is_cleaned_up(place: Place) -> None:
    """Files outside of it count as well."""
    git(place.checkout, "sparse-checkout", "set", "--cone", "--sparse-index", "elsewhere")
    assert place.clean().removed == (MULTI, SINGLE)
    assert place.files() == {"README.md"}


def test_what_became_a_link_stays(place: Place) -> None:
    """Even one that points to a name spelt as the published data."""
    place.push({SINGLE: b"[1]"}, mode="120000")
    result = place.clean({SINGLE: blob_ids(b"[1]")})
    assert (result.removed, result.kept, result.warning) == ((), (SINGLE,), "")


def test_what_became_a_folder_stays(place: Place) -> None:
    """The files in it were not published."""
    place.push({SINGLE: None, f"{SINGLE}/inside": b"[1]\n"})
    assert place.clean().removed == (MULTI,)
    assert place.files() == {"README.md", f"{SINGLE}/inside"}


def test_what_became_a_submodule_stays(place: Place) -> None:
    """It is a commit of another repository."""
    place.push({SINGLE: place.tip().encode()}, mode="160000")
    result = place.clean()
    assert (result.removed, result.kept, result.warning) == ((MULTI,), (SINGLE,), "")


def test_the_users_settings_for_pushes_do_not_matter(place: Place) -> None:
    """Nothing else is pushed, signed, or asked for on the way."""
    me = ("user.name=me", "user.email=me@example.org")
    git(place.checkout, "tag", "-m", "mine", "v1", config=me)
    wanted = {"push.followTags": "true", "push.gpgSign": "true"}
    for name, value in {**wanted, "commit.gpgSign": "true", "push.default": "nothing"}.items():
        git(place.checkout, "config", name, value)
    assert place.clean().warning == ""
    assert git(place.remote, "tag") == ""


def test_ten_thousand_files_go_in_one_commit(place: Place) -> None:
    """In one index update and a few seconds."""
    files = {f"hf_data/{number % 100}/{number}.json": b"[%d]\n" % number for number in range(MANY)}
    place.push(files)
    published = {path: blob_ids(data) for path, data in files.items()}
    started, begin = Recorder(), time.monotonic()
    result = place.clean(published, run=started)
    assert time.monotonic() - begin < 3
    assert (len(result.removed), result.warning) == (MANY, "")
    assert started.count("update-index") == 1
    assert place.files() == {"README.md", *DATA}
