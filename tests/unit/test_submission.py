"""Files on their way in: found, read once, refused whole with every reason."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from benchmark.entry import Entry
from benchmark.errors import UsageError
from benchmark.leaderboard import decode
from benchmark.submission import data_files, judge, lines_of, read, result_files
from tests.support.entries import data, entry, multi_node, run, write

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.submission import SubmittedFile

GOOD, BAD = data(), data({"metrics.ttft_ms": -1})


def file(folder: Path, content: bytes, name: str = "leaderboard_x.json") -> SubmittedFile:
    """A data file with this content, as it is read."""
    path = folder / name
    path.write_bytes(content)
    return read(path, decode)


def said(found: SubmittedFile) -> list[str]:
    """Path and message of everything wrong with a file, nothing being known."""
    return [f"{path}: {message}" for _, path, message in found.violations(frozenset())]


def test_data_files_are_found_at_any_depth_in_one_order(tmp_path: Path) -> None:
    """By their names, and nothing else in the folder is looked at."""
    for name in ("leaderboard_single.json", "b/leaderboard_multi.json", "a/c/leaderboard_me.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("[]")
    for name in (
        "other.json",
        "my_leaderboard_.json",
        "leaderboard_x.json.bak",
        ".leaderboard_x.tmp",
    ):
        (tmp_path / name).write_text("{")
    found = data_files(tmp_path)
    names = ["a/c/leaderboard_me.json", "b/leaderboard_multi.json", "leaderboard_single.json"]
    assert [item.path.relative_to(tmp_path).as_posix() for item in found] == names
    assert all(item.name == item.path.as_posix() for item in found)


def test_result_files_hold_one_entry_or_several(tmp_path: Path) -> None:
    """A data file does not: there an object is no array."""
    (tmp_path / "one_leaderboard.json").write_text(json.dumps(GOOD))
    write(tmp_path / "deep", "two_leaderboard.json", run(1), run(2))
    assert [len(item.entries) for item in result_files(tmp_path)] == [2, 1]
    assert said(file(tmp_path, json.dumps(GOOD).encode())) == ["$: is not a list of entries."]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    """Nobody has measured yet."""
    assert result_files(tmp_path / "outputs") == data_files(tmp_path / "outputs") == []


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    """Neither the file it points to nor its absence tells anything."""
    secret = tmp_path / "secret"
    secret.write_text("[]")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "leaderboard_a.json").symlink_to(secret)
    (folder / "leaderboard_b.json").symlink_to(tmp_path / "nothing")
    found = data_files(folder)
    expected = ["$: is a symbolic link; submit the file itself."]
    assert [said(item) for item in found] == [expected, expected]
    assert [item.data for item in found] == [b"", b""]


def test_a_linked_folder_is_not_entered(tmp_path: Path) -> None:
    """What is in it was not submitted."""
    write(tmp_path / "elsewhere", "leaderboard_single.json", run(1))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link").symlink_to(tmp_path / "elsewhere")
    assert data_files(tmp_path / "data") == []


def test_a_folder_under_the_name_of_a_file_is_refused(tmp_path: Path) -> None:
    """What is in it under other names would not be taken; what is in it is found all the same."""
    write(tmp_path / "leaderboard_a.json", "leaderboard_b.json", run(1))
    folder, inner = data_files(tmp_path)
    assert said(folder) == ["$: is a folder; submit the file itself."]
    assert said(inner) == []


def test_a_file_may_be_large(tmp_path: Path) -> None:
    """A hundred thousand entries are no reason to refuse them."""
    assert said(file(tmp_path, b"[]".ljust(65 * 1024 * 1024))) == []


@pytest.mark.skipif(os.name == "nt" or not os.getuid(), reason="permissions do not bind here")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    """The reason is the system's."""
    path = tmp_path / "leaderboard_x.json"
    path.write_text("[]")
    path.chmod(0)
    assert said(read(path, decode)) == ["$: cannot be read: Permission denied."]


def test_a_file_that_went_away_is_refused(tmp_path: Path) -> None:
    """Between being found and being read."""
    gone = read(tmp_path / "leaderboard_x.json", decode)
    assert said(gone) == ["$: cannot be read: No such file or directory."]


def test_every_violation_of_every_entry_is_listed(tmp_path: Path) -> None:
    """With the index of the entry, in the file's order."""
    bad = data({"metrics.ttft_ms": -1, "entry_id": 5})
    found = file(tmp_path, json.dumps([GOOD, bad, BAD]).encode())
    assert [line.split(":")[0] for line in said(found)] == [
        "$[1].entry_id",
        "$[1].metrics.ttft_ms",
        "$[2].metrics.ttft_ms",
    ]
    assert {v.file for v in found.violations(())} == {found.name}


@pytest.mark.parametrize("start", [b"", b"\n \t", b"\xef\xbb\xbf"])
def test_the_index_of_an_entry_is_told_however_its_file_begins(
    tmp_path: Path, start: bytes
) -> None:
    """Blanks and a byte order mark are no part of the value."""
    found = file(tmp_path, start + json.dumps([BAD]).encode())
    assert said(found) == ["$[0].metrics.ttft_ms: is -1, expected at least 0."]


def test_a_single_object_has_no_index(tmp_path: Path) -> None:
    """A result of `run` is the document itself."""
    (tmp_path / "x_leaderboard.json").write_text(json.dumps(BAD))
    [found] = result_files(tmp_path)
    assert said(found) == ["$.metrics.ttft_ms: is -1, expected at least 0."]


def test_an_entry_that_the_dataset_holds_is_not_judged_again(tmp_path: Path) -> None:
    """A newer schema must not block files that hold older entries."""
    old = entry({"metrics.ttft_ms": -1})
    found = file(tmp_path, json.dumps([BAD, GOOD]).encode())
    assert found.violations({old.run_id}) == []
    assert said(file(tmp_path, json.dumps([BAD, {**BAD, "entry_id": "x"}]).encode()))


def test_a_file_with_one_bad_entry_is_refused_whole(tmp_path: Path) -> None:
    """The other files go on, and no entry of the bad one does."""
    bad = file(tmp_path, json.dumps([GOOD, BAD]).encode(), "leaderboard_bad.json")
    broken = file(tmp_path, b"[", "leaderboard_broken.json")
    good = file(tmp_path, json.dumps([dict(multi_node().data)]).encode(), "leaderboard_good.json")
    judgement = judge([bad, broken, good], ())
    assert judgement.accepted == (good,)
    assert judgement.entries == [multi_node()]
    assert [v.file for v in judgement.rejected] == [bad.name, broken.name]


def test_an_empty_list_is_a_good_file(tmp_path: Path) -> None:
    """There is nothing wrong with nothing."""
    empty = file(tmp_path, b"[]\n")
    assert judge([empty], ()).accepted == (empty,)


def test_what_was_read_is_what_is_kept(tmp_path: Path) -> None:
    """Bytes and entries are of the same moment, whatever happens to the file later."""
    content = json.dumps([GOOD]).encode()
    found = file(tmp_path, content)
    found.path.write_text("changed")
    assert (found.data, list(found.entries)) == (content, [entry()])


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    """A slip that must not look like "nothing to do"; a folder that is not there is empty."""
    path = write(tmp_path, "leaderboard_single.json", run(1))
    with pytest.raises(UsageError, match="is not a folder"):
        data_files(path)
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match="is not a folder"):
        data_files(tmp_path / "loop")
    assert data_files(tmp_path / "nothing") == []


def test_the_lines_of_violations_are_those_of_the_file(tmp_path: Path) -> None:
    """In a good JSON file, in a broken one, and none for what could not be read."""
    bad = tmp_path / "leaderboard_bad.json"
    bad.write_text(json.dumps([GOOD, BAD], indent=1), encoding="utf-8")
    broken = tmp_path / "leaderboard_broken.json"
    broken.write_bytes(b"[\n{},\n{]")
    (tmp_path / "leaderboard_link.json").symlink_to(bad)
    files = data_files(tmp_path)
    found = judge(files, frozenset()).rejected
    lines = {item.file.rpartition("/")[2]: line for item, line in lines_of(files, found).items()}
    text = bad.read_text(encoding="utf-8").splitlines()
    assert text[lines["leaderboard_bad.json"] - 1].strip() == '"ttft_ms": -1,'
    assert lines == {"leaderboard_bad.json": lines["leaderboard_bad.json"], broken.name: 3}
    assert len(found) == 3


def test_only_as_many_lines_are_looked_for_as_are_looked_at(tmp_path: Path) -> None:
    """A folder of broken files must not take minutes."""
    for number in range(30):
        write(tmp_path, f"leaderboard_{number}.json", *(Entry({}) for _ in range(30)))
    files = data_files(tmp_path)
    found = judge(files, frozenset()).rejected
    assert len(found) > 1000
    assert len(lines_of(files, found)) <= 100
