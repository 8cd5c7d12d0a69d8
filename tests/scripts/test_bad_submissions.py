"""What is wrong is refused whole, with every reason; what is right beside it goes through."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import entries
from tests.support.publishers import (
    PUBLISH,
    REPO,
    at,
    call,
    commits,
    finish,
    held,
    start,
    submission,
)

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

GOOD = entries.run(100, model="good")
NEIGHBOUR = json.dumps(entries.data({"model.name": "neighbour"})).encode()


def changed(path: str, value: object) -> bytes:
    """A file of a good entry and one with the value at a path replaced."""
    return b"[" + NEIGHBOUR + b"," + json.dumps(entries.data({path: value})).encode() + b"]"


def replaced(old: bytes, new: bytes) -> bytes:
    """A file of a good entry and one whose JSON text was changed."""
    text = json.dumps(entries.data()).encode()
    assert old in text
    return b"[" + NEIGHBOUR + b"," + text.replace(old, new, 1) + b"]"


ANY = "$[1].metrics.throughput_tps"
BAD: dict[str, tuple[bytes, str]] = {
    "NaN": (replaced(b"100.0", b"NaN"), ANY),
    "infinity": (replaced(b"100.0", b"1e999"), ANY),
    "duplicate key": (replaced(b'"ttft_ms": 80.0', b'"ttft_ms": 80, "ttft_ms": 1'), "$[1].metrics"),
    "missing field": (changed("metrics.throughput_tps", entries.ABSENT), ANY),
    "wrong type": (changed("metrics.throughput_tps", "100"), ANY),
    "negative": (changed("metrics.throughput_tps", -1), ANY),
    "out of range": (changed("metrics.error_rate", 1.5), "$[1].metrics.error_rate"),
    "no array": (json.dumps({"entries": []}).encode(), "$"),
    "member is no object": (b"[" + NEIGHBOUR + b", 1]", "$[1]"),
    "truncated": (changed("entry_id", "x")[:-40], "$"),
    "not UTF-8": (replaced(b"somebody", b"\xff\xfe"), "$"),
    "huge integer": (replaced(b"100.0", b"9" * 5000), ANY),
    "deep nesting": (replaced(b'"Linux"', b"[" * 100 + b"]" * 100), "$[1].environment.os"),
    "absurd nesting": (b"[" * 100_000 + b"]" * 100_000, "$"),
    "empty": (b"", "$"),
    "no date": (changed("metadata.submitted_at", "tomorrow"), "$[1].metadata.submitted_at"),
}


@pytest.fixture
def beside_a_good_file(here: Path) -> Path:
    """The working directory, with one good file in the data folder."""
    return submission(here, GOOD)


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_whole_beside_a_good_one(
    hub: RunningHub, beside_a_good_file: Path, kind: str
) -> None:
    """65, one commit with the good file's run and not the neighbour's."""
    content, path = BAD[kind]
    (beside_a_good_file / "hf_data" / "leaderboard_bad.json").write_bytes(content)
    done = call("publish", "--json")
    assert (done.code, done.json["changed"], commits(hub)) == (65, True, 1), done.said
    assert set(held(hub).runs) == {GOOD.run_id}
    assert {item["file"] for item in done.json["rejected"]} == {"hf_data/leaderboard_bad.json"}
    assert all(item["path"].startswith(path) for item in done.json["rejected"])
    assert all(item["message"] for item in done.json["rejected"])
    assert f"hf_data/leaderboard_bad.json::{path}" in done.err


def test_every_violation_of_every_file_is_listed(hub: RunningHub, beside_a_good_file: Path) -> None:
    """A contributor corrects them all in one go."""
    folder = beside_a_good_file / "hf_data" / "deeper"
    first = {"metrics.ttft_ms": -1, "model.name": entries.ABSENT}
    entries.write(folder, "leaderboard_a.json", entries.entry(first), entries.entry({"cluster": 1}))
    entries.write(folder, "leaderboard_b.json", entries.entry({"hardware": None}))
    rejected = call("publish", "--json").json["rejected"]
    assert {(item["file"][-6:], item["path"]) for item in rejected} == {
        ("a.json", "$[0].metrics.ttft_ms"),
        ("a.json", "$[0].model.name"),
        ("a.json", "$[1].cluster"),
        ("b.json", "$[0].hardware"),
    }
    assert set(held(hub).runs) == {GOOD.run_id}


def test_what_strict_json_refuses_does_not_hide_the_rest(
    hub: RunningHub, beside_a_good_file: Path
) -> None:
    """A NaN in one entry and a missing field in another are both listed."""
    nan = json.dumps(entries.data({"metrics.ttft_ms": float("nan")}))
    missing = json.dumps(entries.data({"model.name": entries.ABSENT}))
    path = beside_a_good_file / "hf_data" / "leaderboard_bad.json"
    path.write_text(f"[{nan}, {missing}]")
    rejected = call("publish", "--json").json["rejected"]
    assert [item["path"] for item in rejected] == ["$[0].metrics.ttft_ms", "$[1].model.name"]
    assert hub.head(REPO)


def test_a_byte_order_mark_does_not_shift_the_paths(
    hub: RunningHub, beside_a_good_file: Path
) -> None:
    """Editors on Windows write one; the path still names the entry."""
    path = beside_a_good_file / "hf_data" / "leaderboard_bad.json"
    path.write_bytes(b"\xef\xbb\xbf" + changed("metrics.throughput_tps", -1))
    rejected = call("publish", "--json").json["rejected"]
    assert [item["path"] for item in rejected] == [ANY]
    assert hub.head(REPO)


def test_only_bad_files_are_no_commit(hub: RunningHub, tmp_path: Path) -> None:
    """The real script: 65, and the dataset as it was."""
    head, folder = hub.head(REPO), tmp_path / "hf_data"
    folder.mkdir()
    for index, (content, _) in enumerate(BAD.values()):
        (folder / f"leaderboard_{index}.json").write_bytes(content)
    done = finish(start(PUBLISH, "--json", cwd=tmp_path, **at(hub)))
    assert (done.code, done.json["changed"], hub.head(REPO)) == (65, False, head)
    assert len({item["file"] for item in done.json["rejected"]}) == len(BAD)
    assert "Traceback" not in done.said


@pytest.mark.parametrize(("strict", "code"), [([], 0), (["--strict"], 65)])
def test_aggregate_reports_a_bad_result_and_goes_on(
    hub: RunningHub, here: Path, strict: list[str], code: int
) -> None:
    """A result somebody cannot repair today does not hold up the others."""
    entries.write(here / "outputs", "Q1_leaderboard.json", GOOD)
    (here / "outputs" / "Q2_leaderboard.json").write_bytes(BAD["NaN"][0])
    done = call("aggregate", "--json", *strict)
    assert (done.code, done.json["single"]["added"]) == (code, [GOOD.label])
    assert [item["file"] for item in done.json["rejected"]] == ["outputs/Q2_leaderboard.json"]
    assert hub.head(REPO) == done.json["revision"]


def test_text_of_a_contributor_stays_text(hub: RunningHub, here: Path) -> None:
    """Escape sequences and runner commands in an entry are printed as data, or not at all."""
    forged: dict[str, Any] = {"model.name": "x\n::error::forged\x1b[31m", "metrics.ttft_ms": -1}
    entries.write(here / "hf_data", "leaderboard_a.json", entries.entry(forged))
    forged |= {"metrics.ttft_ms": 1}
    entries.write(here / "hf_data", "leaderboard_b.json", entries.entry(forged))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_ACTIONS", "true")
        done = call("publish", "--json")
    assert "\x1b" not in done.err
    assert not any(line.startswith("::error::forged") for line in done.err.splitlines())
    assert len(held(hub).runs) == 1
