"""Trees are edited and written as git itself would."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from dulwich.errors import ObjectFormatException
from dulwich.objects import Blob, ObjectID, Tree
from hypothesis import given
from hypothesis import strategies as st

from benchmark.localhub import rawtree
from benchmark.localhub.known_trees import KnownTrees
from benchmark.localhub.problems import HubError
from benchmark.localhub.trees import FILE_MODE, TreeEditor
from tests.localhub.wire import REPO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.localhub.testing import RunningHub

# Names that git sorts otherwise than plain bytes: a folder as if a slash were at its end.
NAMES = st.sampled_from(["a", "a.b", "a-", "a0", "b", "é", "A"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
EDITS = st.lists(st.tuples(PATHS, st.one_of(st.none(), st.binary(max_size=2))), max_size=12)


class Written:
    """Trees that were written, by id."""

    def __init__(self) -> None:
        self.raw: dict[ObjectID, bytes] = {}

    def add(self, records: Mapping[bytes, bytes]) -> ObjectID:
        """Keep one."""
        tree = Tree.from_string(rawtree.joined(records))
        self.raw[tree.id] = tree.as_raw_string()
        return tree.id

    def records(self, sha: ObjectID) -> dict[bytes, bytes]:
        """What was kept."""
        return rawtree.records(self.raw[sha])


def by_git(files: Mapping[str, bytes]) -> ObjectID:
    """The tree as dulwich makes it, folder by folder."""
    tree = Tree()
    for name in {path.partition("/")[0] for path in files}:
        below = {path.partition("/")[2]: data for path, data in files.items()
                 if path.partition("/")[0] == name}  # fmt: skip
        if "" in below:
            tree.add(name.encode(), FILE_MODE, Blob.from_string(below[""]).id)
        else:
            tree.add(name.encode(), 0o040000, by_git(below))
    return tree.id


@given(st.lists(EDITS, max_size=3))
def test_law_an_edited_tree_is_the_tree_of_its_files(
    commits: list[list[tuple[str, bytes]]],
) -> None:
    """Whatever was put and deleted, over any number of commits, refused edits included."""
    written, files = Written(), dict[str, bytes]()
    root: ObjectID | None = None
    for edits in commits:
        editor = TreeEditor(written.records, root)
        for path, content in edits:
            with suppress(HubError):
                edit(editor, path, content)
                files = edited(files, path, content)
        root = editor.write(written.add)
        assert root == by_git(files)


def edit(editor: TreeEditor, path: str, content: bytes | None) -> None:
    """Put a file, or delete whatever is there."""
    if content is None:
        editor.delete(path, is_folder=False)
    else:
        editor.put(path, FILE_MODE, Blob.from_string(content).id)


def edited(files: dict[str, bytes], path: str, content: bytes | None) -> dict[str, bytes]:
    """The files after that edit."""
    if content is not None:
        return {**files, path: content}
    return {
        name: data
        for name, data in files.items()
        if name != path and not name.startswith(f"{path}/")
    }


@given(st.dictionaries(PATHS, st.binary(max_size=2)), st.dictionaries(PATHS, st.binary(max_size=2)))
def test_law_what_changed_is_every_path_of_the_new_tree_that_is_otherwise(
    old: dict[str, bytes], new: dict[str, bytes]
) -> None:
    """Folders too, and nothing else."""
    written = Written()
    (before, roots), (after, others) = (
        (paths_of(files), written_tree(written, files)) for files in (old, new)
    )
    expected = {path for path, sha in after.items() if before.get(path) != sha}
    assert set(rawtree.changed(written.records, roots, others)) == expected


def written_tree(written: Written, files: Mapping[str, bytes]) -> ObjectID:
    """The tree of those files that can be beside each other."""
    editor = TreeEditor(written.records, None)
    for path, content in plausible(files).items():
        editor.put(path, FILE_MODE, Blob.from_string(content).id)
    return editor.write(written.add)


def plausible(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that are no folder of another."""
    return {path: data for path, data in files.items()
            if not any(other.startswith(f"{path}/") for other in files)}  # fmt: skip


def paths_of(files: Mapping[str, bytes]) -> dict[str, object]:
    """Every path, folders too, with what it is."""
    kept = plausible(files)
    found: dict[str, object] = dict(kept)
    for path in kept:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            found[folder] = {key: data for key, data in kept.items()
                             if key.startswith(f"{folder}/")}  # fmt: skip
    return found


def test_the_trees_that_were_used_longest_ago_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And never one that is in use."""
    monkeypatch.setattr("benchmark.localhub.known_trees._MOST_RECORDS", 5)
    known = KnownTrees()
    trees = [(ObjectID(b"%040d" % n), {b"a": b"1", b"b": b"2"}) for n in range(3)]
    known.put(*trees[0])
    known.put(*trees[1])
    assert known.get(trees[0][0]) == trees[0][1]
    known.put(*trees[2])
    assert [known.get(sha) is not None for sha, _ in trees] == [True, False, True]
    known.put(ObjectID(b"f" * 40), {b"%d" % n: b"" for n in range(9)})
    assert known.get(ObjectID(b"f" * 40)) is None


def test_a_damaged_object_is_refused_not_taken_for_missing_content(hub: RunningHub) -> None:
    """A file cut off by a broken disk gives an error; the rest is read on."""
    hub.write(REPO, {"a.json": b"[1]", "b.json": b"[2]"})
    sha = Blob.from_string(b"[1]").id.decode()
    path = hub.root / f"datasets/{REPO}.git/objects/{sha[:2]}/{sha[2:]}"
    path.write_bytes(path.read_bytes()[:8])
    with pytest.raises(ObjectFormatException):
        hub.files(REPO)
