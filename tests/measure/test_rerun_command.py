"""`rerun`, on entries of runs that were measured elsewhere or never."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from click.testing import CliRunner

from benchmark import cli, submission
from benchmark.commands import rerun, run
from benchmark.entry import Entry
from benchmark.errors import UsageError
from benchmark.measure.campaign import Campaign
from benchmark.measure.kept import Kept
from benchmark.measure.results import Written
from benchmark.measure.run_options import RunOptions
from tests.measure.core.test_campaign import NOW
from tests.measure.core.test_reproduction import entry
from tests.support.measured import MEASUREMENT, RUN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "rerun_report_v1.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Entry], list[Mapping[str, Any]]]:
    """Lets a new run give an entry, and tells what it was asked."""

    def give(new: Entry) -> list[Mapping[str, Any]]:
        seen: list[Mapping[str, Any]] = []

        def measure(options: Mapping[str, Any], outputs: Path, *_: object) -> Campaign:
            seen.append(options)
            campaign = Campaign(outputs, RUN.machine, None, "Somebody", lambda: NOW)
            files = Written(outputs, outputs, outputs)
            campaign.kept.append(Kept("m", "cpu", dict(new.data), MEASUREMENT, files))
            return campaign

        monkeypatch.setattr(run, "measure", measure)
        return seen

    return give


def kept(outputs: Path, model: str) -> Path:
    """The entry of a run with a model, on disk."""
    campaign = Campaign(outputs, RUN.machine, None, "Somebody", lambda: NOW)
    return campaign.keep("transformers", RunOptions(model=model), MEASUREMENT).files.entry


def rerun_of(path: Path, *more: str) -> Any:
    """The command."""
    return CliRunner().invoke(rerun.command, [str(path), "--json", *more])


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder."""
    folder = tmp_path / "secret-place" / "my-model"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("new", "verdict", "reproduced", "exit_code"),
    [
        (entry(20, half=0.1), "reproduced", True, 0),
        (entry(10, half=0.1), "not-reproduced", False, 65),
        (entry(20, half=90), "cannot-say", None, 75),
    ],
)
def test_a_verdict_has_an_exit_code_of_its_own(  # noqa: PLR0913, PLR0917 - a table's columns
    new: Entry,
    verdict: str,
    reproduced: object,
    exit_code: int,
    tmp_path: Path,
    asked: Callable[[Entry], object],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What cannot be said is neither yes nor no; stdout has one object, whatever the verdict."""
    path = tmp_path / "an_entry.json"
    path.write_text(json.dumps(dict(entry(20, half=0.1).data)))
    asked(new)
    with pytest.raises(SystemExit) as ended:
        cli.main(["rerun", str(path), "--json"])
    assert ended.value.code == exit_code
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["reproduced"]) == (verdict, reproduced)
    assert (told["requests_needed"] is not None) == (verdict == "cannot-say")
    jsonschema.validate(told, SCHEMA)


@pytest.mark.parametrize(
    "words",
    [
        "run --model 'gpt2",
        "run --model gpt2 --help",
        "run --model gpt2 -h",
        "run --model gpt2 --nodes 2 --node-rank 1 --rendezvous evil.example:29500",
        "run --model gpt2 --temperature nan",
        "publish",
        "",
    ],
)
def test_a_command_that_run_does_not_write_is_refused(
    words: str, tmp_path: Path, asked: Callable[[Entry], list[Mapping[str, Any]]]
) -> None:
    """An entry may be anybody's: nothing is measured, no page of help taken for a result."""
    data = dict(entry(20).data)
    data["metadata"] = {**data["metadata"], "reproducible_cmd": f"sagellm-benchmark {words}"}
    path = tmp_path / "an_entry.json"
    path.write_text(json.dumps(data))
    seen = asked(entry(20))
    assert isinstance(rerun_of(path).exception, UsageError)
    assert seen == []


def test_an_entry_of_another_program_with_a_command_of_this_name_is_refused(
    tmp_path: Path, asked: Callable[[Entry], list[Mapping[str, Any]]]
) -> None:
    """Its words would be understood, and something else measured."""
    data = dict(entry(20).data)
    data["metadata"] = {**data["metadata"], "data_source": "automated-benchmark"}
    path = tmp_path / "an_entry.json"
    path.write_text(json.dumps(data))
    seen = asked(entry(20))
    result = rerun_of(path)
    assert isinstance(result.exception, UsageError)
    assert "not measured by this package" in str(result.exception)
    assert seen == []


def test_an_entry_without_a_speed_is_refused_before_anything_is_measured(
    tmp_path: Path, asked: Callable[[Entry], list[Mapping[str, Any]]]
) -> None:
    """There is nothing to compare with."""
    data = dict(entry(0).data)
    path = tmp_path / "an_entry.json"
    path.write_text(json.dumps(data))
    seen = asked(entry(20))
    result = rerun_of(path)
    assert isinstance(result.exception, UsageError)
    assert "no speed" in str(result.exception)
    assert seen == []


def test_a_folder_is_found_again_and_its_place_is_in_no_entry(
    model: Path, tmp_path: Path, asked: Callable[[Entry], list[Mapping[str, Any]]]
) -> None:
    """It stands beside the entry, where nothing collects it."""
    path = kept(tmp_path / "out", str(model))
    assert "secret-place" not in path.read_text()
    seen = asked(entry(20))
    rerun_of(path)
    assert seen[0]["model"] == str(model)
    assert [found.name for found in submission.result_files(tmp_path / "out")] == [path.as_posix()]


def test_a_folder_is_found_where_the_command_runs(
    model: Path,
    tmp_path: Path,
    asked: Callable[[Entry], list[Mapping[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without what was recorded beside the entry."""
    path = kept(tmp_path / "out", str(model))
    (path.parent / "tiny_run.json").unlink()
    monkeypatch.chdir(model.parent)
    seen = asked(entry(20))
    rerun_of(path)
    assert seen[0]["model"] == str(model)


def test_a_folder_that_is_not_here_is_asked_for(
    model: Path, tmp_path: Path, asked: Callable[[Entry], list[Mapping[str, Any]]]
) -> None:
    """Instead of looking for its name on the Hub."""
    path = kept(tmp_path / "out", str(model))
    elsewhere = model.rename(model.with_name("elsewhere"))
    seen = asked(entry(20))
    result = rerun_of(path)
    assert isinstance(result.exception, UsageError)
    assert "my-model" in str(result.exception)
    assert "--model" in result.exception.hint
    rerun_of(path, "--model", str(elsewhere), "--repeats", "70")
    assert (seen[0]["model"], seen[0]["repeats"]) == (str(elsewhere), 70)


def test_a_name_on_the_hub_stays_a_name(
    tmp_path: Path, asked: Callable[[Entry], list[Mapping[str, Any]]]
) -> None:
    """Nothing is recorded beside it."""
    path = kept(tmp_path / "out", "gpt2")
    assert not [*path.parent.glob("*_run.json")]
    seen = asked(entry(20))
    rerun_of(path)
    assert seen[0]["model"] == "gpt2"


def by(who: str | None, system: str, speed: float = 20) -> Entry:
    """An entry of somebody, measured on some system."""
    data = dict(entry(speed, half=0.1).data)
    data["metadata"] = {**data["metadata"], "submitter": who}
    data["environment"] = {**data["environment"], "os": system}
    data["provenance"] = {**data["provenance"], "machine": None}
    row = data["metrics"]["distributions"]["request_tps"]
    known = {"request_tps": {name: row[name] for name in ("median", "ci95_low", "ci95_high")}}
    figures = {"throughput_tps": speed, "ttft_ms": 80.0, "tpot_ms": None, "error_rate": 0.0}
    data["metrics"] = {**figures, "peak_mem_mb": 900, "distributions": known}
    return Entry(data)


@pytest.mark.parametrize(
    ("new", "counts", "why_not"),
    [
        (by("Bob", "Linux 6.2"), True, None),
        (by("Bob", "Linux 6.1"), False, "the machine may be the same, as far as both say"),
        (by(None, "Linux 6.2"), False, "it names no submitter: say who you are"),
        (by("Bob", "Linux 6.2", 10), False, "its throughput is another, beyond the noise of both"),
    ],
)
def test_a_strangers_entry_is_told_what_to_submit_and_whether_it_counts(
    new: Entry,
    counts: object,
    why_not: str | None,
    tmp_path: Path,
    asked: Callable[[Entry], object],
) -> None:
    """Also a run that differs is worth keeping."""
    path = tmp_path / "an_entry.json"
    path.write_text(json.dumps(dict(by("Ann", "Linux 6.1").data)))
    asked(new)
    result = rerun_of(path, "--outputs", str(tmp_path / "mine"))
    told = json.loads(result.stdout)
    jsonschema.validate(told, SCHEMA)
    assert told["submission"] == {
        "file": str(tmp_path / "mine"),
        "counts": counts,
        "why_not": why_not,
    }
    assert f"sagellm-benchmark aggregate --outputs {tmp_path / 'mine'}" in result.stderr
    assert (why_not or "then says: reproduced") in result.stderr


def test_who_repeats_an_own_entry_is_not_told_to_submit(
    tmp_path: Path, asked: Callable[[Entry], object]
) -> None:
    """It is there already."""
    path = tmp_path / "an_entry.json"
    path.write_text(json.dumps(dict(by("Ann", "Linux 6.1").data)))
    asked(by(" ann", "Linux 6.2"))
    assert json.loads(rerun_of(path).stdout)["submission"] is None
