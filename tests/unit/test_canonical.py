"""The door: paths of violations, bounds of what is read, and files replaced whole or not at all."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmark import canonical
from benchmark.canonical import MAX_DEPTH, MAX_SAFE_INTEGER, child_path, loads, write_all_atomic
from benchmark.errors import InvalidDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


def problems(data: bytes) -> list[tuple[str, str]]:
    """Path and message of every violation."""
    with pytest.raises(InvalidDataError) as caught:
        loads(data, file="results.json")
    assert {violation.file for violation in caught.value.violations} == {"results.json"}
    return [(path, message) for _, path, message in caught.value.violations]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'"\xff"', "byte 1 is not UTF-8."),
        (b"[1,\n 2 3]", "not JSON: Expecting ',' delimiter at line 2, column 4."),
        (b"{}\n{}", "holds several values, one after the other; make one list of them: [ …, … ]."),
        (b"{}\n{}\xff", "byte 5 is not UTF-8."),
        (b"\x1f\x8b\xff", "is compressed with gzip; unpack it first."),
        (b"<html>", "is a web page or XML, not JSON; download the file itself."),
        (b"nul", "not JSON: Expecting value at line 1, column 1."),
        (b"[1\n[2]]", "not JSON: Expecting ',' delimiter at line 2, column 1."),
        (b"{} {}", "not JSON: Extra data at line 1, column 4."),
        (b"-Infinity", "NaN and Infinity are not JSON numbers."),
        (b'{"a": 1, "a": 1}', 'the key "a" appears twice.'),
        (b"9007199254740992", "an integer beyond ±(2^53 − 1) loses digits in other readers."),
        (b'"\\udc00"', "a lone surrogate is not text."),
        (b'"\\ud800"', "a lone surrogate is not text."),
        (b'"\\udfff"', "a lone surrogate is not text."),
        (b'{"\\udfff": 1}', "a lone surrogate is not text."),
        (b"[" * 100_000, "nested more than 64 levels deep."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(data: bytes, message: str) -> None:
    """The contributor need not know the parser."""
    assert problems(data) == [("$", message)]


def test_a_byte_order_mark_is_no_part_of_the_value() -> None:
    """Files saved on Windows are read."""
    assert loads(b"\xef\xbb\xbf[1]", file="f") == [1]


def test_nesting_is_read_to_the_limit_and_not_beyond() -> None:
    """64 levels are 64 objects and arrays, whatever the innermost one holds."""
    for inner in (b"", b"1"):
        deepest = b"[" * MAX_DEPTH + inner + b"]" * MAX_DEPTH
        assert loads(deepest, file="f") is not None
        path, message = problems(b'{"a":' + deepest + b"}")[0]
        assert path == "$.a" + "[0]" * (MAX_DEPTH - 1)
        assert message == f"nested more than {MAX_DEPTH} levels deep."


def test_integers_are_read_to_the_limit_of_a_double() -> None:
    """Both ends of the safe range are values, the next integers are not."""
    for limit in (MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER):
        assert loads(str(limit).encode(), file="f") == limit
        assert problems(str(limit + (1 if limit > 0 else -1)).encode())


def test_every_key_that_appears_twice_is_named() -> None:
    """Two mistakes in one object are two violations, and what is right is none."""
    assert problems(b'{"a":1,"a":2,"b":1,"b":2,"c":3}') == [
        ("$", 'the key "a" appears twice.'),
        ("$", 'the key "b" appears twice.'),
    ]


@pytest.mark.parametrize("read", [loads, canonical.loads_and_dumps])
@pytest.mark.parametrize("data", [b"[1,", b"[NaN]", b"[[[1]]]", b'{"a": 1, "a": 2}'])
def test_a_refusal_names_its_file_and_begins_at_its_root(
    read: Callable[..., object], data: bytes
) -> None:
    """One value of many in a file says so; to whoever reads only that one it is everything."""
    with pytest.raises(InvalidDataError, match=r"^f is not acceptable JSON\.$") as caught:
        read(data, file="f", root="$[7]", max_depth=2)
    [problem] = caught.value.violations
    assert (problem.file, problem.path[:4]) == ("f", "$[7]")
    with pytest.raises(InvalidDataError) as caught:
        read(data, file="f", max_depth=2)
    assert caught.value.violations[0].path == problem.path.replace("$[7]", "$")


def test_what_could_be_parsed_is_kept_to_be_judged_further() -> None:
    """A broken number does not hide a missing field."""
    with pytest.raises(InvalidDataError) as caught:
        loads(b'{"a": NaN, "b": [1]}', file="f")
    assert isinstance(caught.value.parsed, dict)
    assert caught.value.parsed["b"] == [1]


@pytest.mark.parametrize("data", [b'{"b": 1.0, "a": [1e21, 2]}', b'{"b":1,"a":[true,null]}'])
def test_value_and_form_in_one_step_are_those_of_two(data: bytes) -> None:
    """In the quick way and in the other."""
    value = loads(data, file="f")
    assert canonical.loads_and_dumps(data, file="f") == (value, canonical.dumps(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1.0, "a": "ö"}, '{"a":"ö","b":1}'),
        (1e17, "100000000000000000"),
        (2**60, "1152921504606846976"),
        (float("nan"), "nan"),
        ("\ud800", "'\\ud800'"),
    ],
)
def test_any_value_can_be_told(value: Any, text: str) -> None:
    """In its canonical form; in that of RFC 8785 where ours refuses it; else in Python's."""
    assert canonical.text_of(value) == text


def test_what_is_written_of_paths_and_words_is_text() -> None:
    """Bytes that are no UTF-8 come in as surrogates, in keys, lists and words alike."""
    name = os.fsdecode(b"M\xfcller")
    value: Any = {name: [name, 1, None, {"a": name}], "b": True, "c": 1.5}
    written = canonical.writable(value)
    assert written == {"Müller": ["Müller", 1, None, {"a": "Müller"}], "b": True, "c": 1.5}
    assert canonical.dumps(written)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("k" * 80, f"$.{'k' * 80}"),
        ("ttft_ms", "$.ttft_ms"),
        ("two words", '$["two words"]'),
        ("", '$[""]'),
        ("0", '$["0"]'),
        ('a"]\n::error::', '$["a\\"]\\n::error::"]'),
        ("\u202egro", '$["\\u202egro"]'),
        ("k" * 81, f'$["{"k" * 80}"]'),
    ],
)
def test_a_key_is_quoted_unless_it_is_a_plain_word(key: str, path: str) -> None:
    """A contributor's key cannot look like something else in a path."""
    assert child_path("$", key) == path


def test_a_word_in_lookalike_letters_is_quoted() -> None:
    """A Cyrillic letter does not pass for a Latin one."""
    assert child_path("$", "m\u0435trics") == '$["m\\u0435trics"]'


def test_a_file_that_cannot_be_read_is_a_usage_error_with_its_path(tmp_path: Path) -> None:
    """The message names the path and the reason."""
    with pytest.raises(UsageError, match=r"absent\.json: No such file") as caught:
        canonical.read_bytes(tmp_path / "absent.json")
    assert caught.value.hint == "Check the path."


def test_files_are_written_in_folders_that_are_made(tmp_path: Path) -> None:
    """All the files arrive, and nothing beside them."""
    files = {tmp_path / "a" / "one.json": b"1", tmp_path / "a" / "b" / "two.json": b"2"}
    write_all_atomic(files)
    assert {path: path.read_bytes() for path in files} == files
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(files)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_written_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    """Others may read it as far as the umask lets them."""
    old = os.umask(0o027)
    try:
        canonical.write_atomic(tmp_path / "f", b"")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o640


def test_a_file_is_written_however_many_folders_are_missing(tmp_path: Path) -> None:
    """Not only the last of them."""
    canonical.write_atomic(tmp_path / "a" / "b" / "c" / "f", b"1")
    assert (tmp_path / "a" / "b" / "c" / "f").read_bytes() == b"1"


@pytest.mark.parametrize("named", ["f", None])
def test_what_cannot_be_written_is_said_with_what_to_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str | None
) -> None:
    """The system does not always say which file it was; a full disk does not."""
    said = re.escape(named or str(tmp_path / "f"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device", named)

    monkeypatch.setattr(canonical.os, "fsync", full)
    with pytest.raises(
        UsageError, match=f"^Cannot write {said}: No space left on device\\.$"
    ) as caught:
        canonical.write_atomic(tmp_path / "f", b"1")
    assert caught.value.hint == "Check that the folder exists, is writable and has space left."
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_touched_before_all_are_on_disk(tmp_path: Path) -> None:
    """A second file that cannot be written leaves the first as it was, and no leftovers."""
    first, blocked = tmp_path / "one", tmp_path / "file" / "two"
    first.write_bytes(b"old")
    (tmp_path / "file").write_bytes(b"in the way")
    with pytest.raises(UsageError, match="Cannot write"):
        write_all_atomic({first: b"new", blocked: b"new"})
    assert first.read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"one", "file"}


def test_a_failure_between_two_renames_leaves_each_file_old_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file is half written and the temporary ones are gone."""
    one, two = tmp_path / "one", tmp_path / "two"
    write_all_atomic({one: b"old", two: b"old"})
    rename = Path.replace

    def only_once(self: Path, target: Path) -> Path:
        if target == two:
            raise OSError(28, "No space left on device", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", only_once)
    with pytest.raises(UsageError, match="two: No space left on device"):
        write_all_atomic({one: b"new", two: b"new"})
    assert (one.read_bytes(), two.read_bytes()) == (b"new", b"old")
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two"}


def test_a_disk_that_lets_nothing_be_written_or_removed_is_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By why it cannot be written, also where that names no file; what is left over goes later."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def stuck(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", full)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", stuck)
        with pytest.raises(UsageError, match=r"^Cannot write a file: No space left on device\.$"):
            write_all_atomic({tmp_path / "one": b"new"})
    assert len([*tmp_path.iterdir()]) == 1
    canonical.remove_leftovers(tmp_path)
    assert [*tmp_path.iterdir()] == []


class _Killed(BaseException):
    """What no handler of errors catches."""


def test_a_writer_killed_before_its_rename_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The content is on disk under another name before the old one goes."""
    path = tmp_path / "f"
    path.write_bytes(b"old")
    seen: list[bytes] = []

    def killed(self: Path, _target: Path) -> Path:
        seen.extend((self.read_bytes(), path.read_bytes()))
        raise _Killed

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(_Killed):
        canonical.write_atomic(path, b"new")
    assert seen == [b"new", b"old"]
    assert path.read_bytes() == b"old"


def test_a_file_is_synced_before_it_is_renamed_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut the name does not point to an empty file."""
    calls: list[str] = []
    sync, rename = os.fsync, Path.replace

    def noted_sync(descriptor: int) -> None:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        calls.append("sync folder" if folder else "sync file")
        sync(descriptor)

    def noted_rename(self: Path, target: Path) -> Path:
        calls.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_rename)
    canonical.write_atomic(tmp_path / "f", b"x")
    assert calls == ["sync file", "rename", "sync folder"]


@pytest.mark.parametrize("count", [3, 40])
def test_of_several_files_all_are_replaced_or_none(tmp_path: Path, count: int) -> None:
    """A few, or so many that several are written at a time; nothing is left beside them."""
    files = {tmp_path / f"{number}" / "file": b"new" for number in range(count)}
    canonical.write_all_atomic(dict.fromkeys(files, b"old"))
    (tmp_path / "x").write_bytes(b"in the way of a folder")
    with pytest.raises(UsageError):
        canonical.write_all_atomic({**files, tmp_path / "x" / "file": b"new"})
    assert {path.read_bytes() for path in files} == {b"old"}
    canonical.write_all_atomic(files)
    assert {path.read_bytes() for path in files} == {b"new"}
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == count + 1


def test_only_what_a_killed_write_left_is_removed(tmp_path: Path) -> None:
    """At any depth; a name that merely looks alike is somebody's file."""
    left = tmp_path / "runs" / ".leaderboard_x.json.0123456789abcdef.tmp"
    others = [tmp_path / name for name in (".notes.tmp", "a.0123456789abcdef.tmp", ".a.json")]
    left.parent.mkdir()
    for path in (left, *others):
        path.write_bytes(b"{}")
    canonical.remove_leftovers(tmp_path)
    assert not left.exists()
    assert all(path.exists() for path in others)


def test_a_leftover_that_is_gone_already_need_not_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else may have cleaned up since it was seen."""
    left = tmp_path / ".x.json.0123456789abcdef.tmp"
    left.write_bytes(b"{}")
    monkeypatch.setattr(Path, "rglob", lambda *_: iter([left, left]))
    canonical.remove_leftovers(tmp_path)
    assert not left.exists()


def test_a_leftover_that_cannot_be_removed_is_named(tmp_path: Path) -> None:
    """A folder of such a name is no file of ours."""
    (tmp_path / ".x.json.0123456789abcdef.tmp").mkdir()
    with pytest.raises(UsageError, match=r"Cannot write .*\.x\.json\.0123456789abcdef\.tmp: "):
        canonical.remove_leftovers(tmp_path)


@pytest.mark.parametrize("value", [2.0**60, [2.0**60], {"a": [1.5, -(2.0**60)]}, {"a": 2**60}])
def test_a_value_that_would_lose_digits_has_no_canonical_form(value: Any) -> None:
    """Wherever in it the number is."""
    with pytest.raises(InvalidDataError, match=r"loses digits|no canonical JSON form"):
        canonical.dumps(value)


@pytest.mark.parametrize("value", [float("nan"), "\ud800", {"\udfff": 1}, 2**60])
def test_what_the_standard_refuses_is_refused_with_its_words(value: Any) -> None:
    """Whoever asks for its letter."""
    with pytest.raises(InvalidDataError, match=r"^A value has no canonical JSON form: .+"):
        canonical.by_the_letter(value)
    with pytest.raises(InvalidDataError, match=r"^A value has no canonical JSON form: .+"):
        canonical.dumps(value)


def test_of_very_many_problems_all_are_in_the_same_file() -> None:
    """The last one, which says that there are more, too."""
    assert len(problems(b"[" + b"NaN," * 1500 + b"1]")) == 1001


@pytest.mark.parametrize(
    "value",
    [
        *(1.0, -2.5, 1e-5, -1e-5, 0.1, 2.0**51 + 0.5, 7, MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER),
        *(float(MAX_SAFE_INTEGER), -float(MAX_SAFE_INTEGER), True, None, "é", {"b": 1, "a": [1.5]}),
    ],
)
def test_ordinary_values_are_written_the_quick_way(
    value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the reference implementation, and as it would write them."""
    expected = canonical.by_the_letter(value)

    def asked(value: object) -> bytes:
        raise AssertionError(value)

    monkeypatch.setattr(canonical, "by_the_letter", asked)
    assert canonical.dumps(value) == expected
