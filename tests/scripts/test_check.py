"""`check`: the gate in a terminal and in a job."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from benchmark.commands import check, contrast_lines
from benchmark.schema import schema_path
from tests.support import entries
from tests.support.publishers import call, fails_helpfully, submission
from tests.support.work import parsed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from benchmark.localhub.testing import RunningHub

SPREAD = (0.99, 1.0, 1.01, 1.005)


def results(folder: Path, tps: float, **changes: object) -> Path:
    """Four results of one configuration, some of one percent apart."""
    for number, share in enumerate(SPREAD):
        said = {key.replace("__", "."): value for key, value in changes.items()}
        one = entries.entry({"metrics.throughput_tps": tps * share, **said})
        entries.write(folder / str(number), "short_leaderboard.json", one)
    return folder


def test_a_regression_ends_with_3_and_is_named(workdir: Path) -> None:
    """With figure, configuration, and by how much."""
    results(workdir / "outputs", 80)
    results(workdir / "old", 100)
    done = call("check", "--against", "old")
    assert done.code == 3
    assert "❌ throughput_tps of CPU|1|gpt2|FP32|128|128 is worse by 20.0%; tolerated" in done.out
    assert call("check", "--against", "old", "--max-regression", "25%").code == 0
    assert call("check", "old", "--against", "outputs").code == 0
    told = call("check", "--against", "old", "--json")
    assert [one["metric"] for one in told.json["regressions"]] == ["throughput_tps"]


def test_what_a_program_is_told_is_what_the_schemas_say(workdir: Path) -> None:
    """A pair is that of a comparison."""
    results(workdir / "outputs", 80)
    results(workdir / "outputs" / "more", 80, model__name="new")
    results(workdir / "old", 100)
    schema, other = (
        json.loads(schema_path(f"{name}_v1.schema.json").read_text(encoding="utf-8"))
        for name in ("check", "comparison")
    )
    for options in ((), ("--max-regression", "25%"), ("--with-noisy", "--metric", "ttft_ms")):
        told = call("check", "--against", "old", "--format", "json", *options).json
        Draft202012Validator(schema).validate(told)
    assert told["no_counterpart"]
    both = (set(one["$defs"]["pair"]["properties"]) for one in (other, schema))
    assert next(both) - next(both) == {"side"}


def test_a_dataset_is_the_baseline_with_all_its_runs(hub: RunningHub, here: Path) -> None:
    """Not only the best: what is fastest by chance would make everybody slower."""
    assert hub.head("lab/results")
    slower = [entries.entry({"metrics.throughput_tps": 100 * share}) for share in SPREAD]
    submission(here, *slower)
    assert call("publish").code == 0
    results(here / "outputs", 100.2)
    done = call("check", "--json")
    assert done.code == 0
    [pair] = done.json["pairs"]
    assert [len(side) for side in pair["runs"]] == [4, 4]
    results(here / "worse", 80)
    assert call("check", "worse", "--against", "lab/results").code == 3


def test_what_is_not_judged_is_named_and_fails_only_when_asked(workdir: Path) -> None:
    """A new model has no baseline."""
    results(workdir / "outputs", 80, model__name="new")
    results(workdir / "old", 100)
    done = call("check", "--against", "old")
    assert done.code == 0
    assert "No counterpart in the baseline: CPU|1|new|FP32|128|128" in done.out
    assert call("check", "--against", "old", "--strict").code == 75


def test_a_check_that_judged_nothing_does_not_say_that_all_is_well(workdir: Path) -> None:
    """Neither on the screen nor in Markdown."""
    results(workdir / "outputs", 80, model__name="new")
    results(workdir / "old", 100)
    assert "⚠ Nothing could be judged" in call("check", "--against", "old").out
    summary = call("check", "--against", "old", "--format", "markdown").out
    assert summary.startswith("## ⚠️ Nothing could be judged")


def test_no_regression_at_all_can_be_tolerated(workdir: Path) -> None:
    """Then chance alone decides; what is no share is refused."""
    results(workdir / "outputs", 90)
    results(workdir / "old", 100)
    for bound in ("0%", "0", "0.0"):
        assert call("check", "--against", "old", "--max-regression", bound).code == 3
    for wrong in ("-1%", "100%", "5", "nan", "%"):
        assert call("check", "--against", "old", "--max-regression", wrong).code == 2
    assert call("check", "old", "--against", "old", "--max-regression", "0%").code == 0


def test_of_very_many_configurations_the_worst_are_shown_and_the_rest_counted(
    workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs are told of all."""
    monkeypatch.setattr(contrast_lines, "MOST", 2)
    monkeypatch.setattr(check, "MOST", 2)
    for model in "abcde":
        results(workdir / "old" / model, 100, model__name=model)
        speed = 80 if model in "cde" else 100
        results(workdir / "outputs" / model, speed, model__name=model)
    done = call("check", "--against", "old")
    assert done.code == 3
    shown = [line for line in done.out.splitlines() if line.startswith("CPU|")]
    assert [label.split("|")[2] for label in shown] == ["c", "d"]
    assert done.out.count("❌ throughput_tps of ") == 2
    assert [line for line in done.out.splitlines() if "more" in line][:2] == [
        "… and 3 more", "… and 1 more",
    ]  # fmt: skip
    told = call("check", "--against", "old", "--json").json
    assert (len(told["pairs"]), len(told["regressions"])) == (5, 3)
    compared = call("compare", "old", "outputs")
    assert (compared.out.count("CPU|"), "… and 1 more" in compared.out) == (2, True)


def test_a_run_is_parsed_a_few_times_for_all_that_is_asked_of_it(workdir: Path) -> None:
    """Each figure of each metric, with its labels, its words and its JSON."""
    models = [f"m{number}" for number in range(12)]
    for name in ("old", "outputs"):
        runs = [entries.entry({"model.name": model}) for model in models]
        entries.write(workdir / name, "short_leaderboard.json", *runs)
    for words in ((), ("--json",)):
        assert parsed("check", "--against", "old", *words) <= 4 * 2 * len(models)


def test_nothing_to_check_is_an_error(workdir: Path) -> None:
    """A gate that finds no results must not pass."""
    results(workdir / "old", 100)
    (workdir / "outputs").mkdir()
    for words in (("--against", "old"), ("gone", "--against", "old"), ("old", "--against", "no")):
        fails_helpfully(call("check", *words), 2)


def test_on_a_runner_it_annotates_and_sums_up(
    workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error for each regression, a warning for what is not judged."""
    for name, file in (("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary")):
        monkeypatch.setenv(name, str(workdir / file))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    results(workdir / "outputs", 80)
    results(workdir / "outputs" / "more", 80, model__name="a|b`::error::x")
    results(workdir / "old", 100)
    done = call("check", "--against", "old")
    assert done.code == 3
    assert "::error title=Regression::CPU|1|gpt2|FP32|128|128: throughput_tps" in done.err
    assert "::warning title=Check::Not judged" in done.err
    assert "regressions" in (workdir / "output").read_text(encoding="utf-8")
    summary = (workdir / "summary").read_text(encoding="utf-8")
    assert summary.startswith("## ❌ Regressions: 1")
    assert "| ❌ worse |" in summary
