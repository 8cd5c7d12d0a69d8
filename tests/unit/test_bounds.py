"""Reading any file takes bounded memory; what is said of it is bounded, too."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmark import bounds, reading
from benchmark.entry import Entry
from benchmark.errors import InvalidDataError, Violation
from benchmark.leaderboard import decode, decode_one_or_many, encode
from benchmark.plan.sift import sift
from benchmark.submission import read
from tests.support.entries import data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BAD = data({"metrics.ttft_ms": -1})
MIB = 1024 * 1024
BOMBS = {
    "numbers": (b"[", b"1,", b"1]"),
    "objects": (b"[", b"{},", b"{}]"),
    "objects with a key": (b"[", b'{"a":1},', b"{}]"),
    "objects on lines": (b"[\n", b"{},\n", b"{}\n]\n"),
    "keys of one object": (b"[{", b'"a":1,', b'"b":1}]'),
    "one object": (b"{", b'"a":{},', b'"b":1}'),
    "open brackets": (b"", b"[", b""),
    "brackets in entries": (b"[", b"[" * 32 + b"]" * 32 + b",", b"1]"),
    "one text": (b'["', b"\\u0041", b'"]'),
    "one number": (b"[", b"9", b"]"),
    "dense entries": (
        b"[",
        b'{"a":[' + b"{}," * 20_000 + b'1],"b":"' + b"x" * 240_000 + b'"},',
        b"1]",
    ),
    "broken at the end": (b"[", b'{"a":1,"b":"cccccccccccccccc"},', b"x"),
}
SIZE = 17 * MIB
"""Beyond what is parsed as a whole."""

_LIMITED = """
import resource, sys
from benchmark.commands.files import files_of
from benchmark.submission import judge, lines_of
from pathlib import Path
files_of([Path(sys.argv[1])])
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
for name in sys.argv[3:]:
    files = files_of([Path(name)])
    found = judge(files, ()).rejected
    lines_of(files, found)
    print(name, len(found))
"""


def bomb(kind: str) -> Iterator[bytes]:
    """Its pieces."""
    start, piece, end = BOMBS[kind]
    yield start
    yield from [piece * max(1, MIB // len(piece))] * (SIZE // max(MIB, len(piece)))
    yield end


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere address space has no limit")
def test_no_file_takes_many_times_its_size_in_memory(tmp_path: Path) -> None:
    """A process that may take 512 MiB reads 17 MiB of whatever would take gigabytes."""
    good = tmp_path / "good.json"
    good.write_bytes(encode([Entry(data())]))
    for kind in BOMBS:
        with (tmp_path / kind).open("wb") as file:
            file.writelines(bomb(kind))
    names = [str(tmp_path / kind) for kind in BOMBS]
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(good), str(512 * MIB), *names],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    assert told.keys() == set(names)
    assert all(0 < int(count) <= bounds.MAX_VIOLATIONS + 1 for count in told.values())


@pytest.mark.parametrize(
    ("size", "values", "refused"),
    [
        (1_000_000, 1_000_000, False),
        (1_200_000, 1_000_000, False),
        (1_200_000, 1_000_001, True),
        (24_000_000, 2_000_000, False),
        (24_000_000, 2_000_001, True),
    ],
)
def test_as_many_values_may_be_as_a_file_has_room_for(
    size: int, values: int, refused: bool
) -> None:
    """A million in any file, and one for every twelve bytes in a large one."""
    text = b"," * values + b" " * (size - values)
    if not refused:
        bounds.check(text, "f")
        return
    with pytest.raises(InvalidDataError, match=r"^f is not acceptable\.$") as caught:
        bounds.check(text, "f")
    said = f"holds too many values in {size:,} bytes: these are no entries."
    assert caught.value.violations == (("f", "$", said),)


@pytest.mark.parametrize(("size", "most"), [(0, 1_000), (255, 1_000), (256, 1_001), (2_560, 1_010)])
def test_as_many_members_may_be_as_a_file_has_room_for(size: int, most: int) -> None:
    """A thousand in any file, and one more for every 256 bytes."""
    bounds.check_members(most, size, "f")
    with pytest.raises(InvalidDataError) as caught:
        bounds.check_members(most + 1, size, "f")
    said = f"holds {most + 1:,} members in {size:,} bytes: too short to be entries."
    assert caught.value.violations == (("f", "$", said),)


def said(path: Path) -> list[str]:
    """What is wrong with a file."""
    return [str(item)[len(path.as_posix()) :] for item in read(path, decode).violations(())]


def test_of_very_many_violations_only_the_first_are_listed(tmp_path: Path) -> None:
    """And it is said that there are more; up to the bound nothing is left out."""
    path = tmp_path / "leaderboard_x.json"
    for count in (bounds.MAX_VIOLATIONS, bounds.MAX_VIOLATIONS + 1):
        path.write_bytes(encode(Entry({**BAD, "entry_id": str(number)}) for number in range(count)))
        found = said(path)
        assert len(found) == count
        assert all("ttft_ms" in line for line in found[: bounds.MAX_VIOLATIONS])
    assert found[-1] == "::$: has more wrong with it; only the first 1,000 are listed."


def test_entries_of_which_nothing_more_can_be_said_are_packed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bad entries stay objects only as long as there is room for them; they are the same."""
    text = json.dumps([{**BAD, "entry_id": str(number)} for number in range(5)]).encode()
    free = decode(text, file="f")
    monkeypatch.setattr(reading, "_ROOM", 2 * len(free[0].canonical))
    tight = decode(text, file="f")
    assert [entry.is_packed for entry in tight] == [False, False, True, True, True]
    assert tight == free


@pytest.mark.parametrize("decoder", [decode, decode_one_or_many])
def test_an_entry_that_is_too_long_is_refused_before_it_is_parsed(
    tmp_path: Path, decoder: object
) -> None:
    """However it is written: with escapes and indentation an entry takes a few times its size."""
    path = tmp_path / "x.json"
    value = data({"metadata.notes": "x" * bounds.MAX_WRITTEN_BYTES})
    text = json.dumps(value if decoder is decode_one_or_many else [value])
    path.write_text(text)
    [problem] = read(path, decoder).violations(())  # type: ignore[arg-type]
    assert "an entry may take at most 65,536" in problem.message
    assert problem.path == ("$" if decoder is decode_one_or_many else "$[0]")


def test_lines_too_short_to_be_entries_are_not_parsed_one_by_one(tmp_path: Path) -> None:
    """A file in the canonical form but for its lines is refused like any other."""
    path = tmp_path / "leaderboard_x.json"
    path.write_bytes(b"[\n" + b"{},\n" * 30_000 + b"{}\n]\n")
    found = sift(read(path, decode), {"single": b"[]\n", "multi": b"[]\n"})
    assert found.rest == ()
    assert ["too short to be entries" in item.message for item in found.unreadable] == [True]


def test_a_member_that_is_none_does_not_hide_what_is_wrong_with_the_others(tmp_path: Path) -> None:
    """One round for the contributor."""
    path = tmp_path / "leaderboard_x.json"
    path.write_text(json.dumps([data(), 1, BAD]))
    assert said(path) == [
        "::$[1]: is not an entry: an entry is an object.",
        "::$[2].metrics.ttft_ms: is -1, expected at least 0.",
    ]


def test_no_more_violations_are_looked_for_than_are_listed() -> None:
    """One more, to know whether there is one."""
    left = iter(Violation("f", "$", str(number)) for number in range(2 * bounds.MAX_VIOLATIONS))
    assert len(bounds.first(left, "f")) == bounds.MAX_VIOLATIONS + 1
    assert next(left).message == str(bounds.MAX_VIOLATIONS + 1)
