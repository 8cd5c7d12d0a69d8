"""The Action's inputs: what they may be, and what the verbs are told by them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.action.inputs import INPUTS, attests, page_words, read, variable, verb, words
from benchmark.commands import aggregate, check, page, publish
from benchmark.errors import UsageError

GOOD = {
    "mode": "publish",
    "hf-repo": "lab/results",
    "revision": "feature/x",
    "data-dir": "my data",
    "outputs": "out",
    "endpoint": "http://127.0.0.1:8080",
    "cleanup": "true",
    "create-pr": "false",
    "fail-on-reject": "true",
    "attest": "false",
    "max-attempts": "3",
    "deadline": "1.5",
    "against": "lab/baseline",
    "max-regression": "2.5%",
    "page": "space",
    "page-dir": "my page",
    "page-space": "lab/board",
    "lang": "zh",
}
DATASET = ["--hf-repo=lab/results", "--revision=feature/x", "--endpoint=http://127.0.0.1:8080"]


def environment(**given: str) -> dict[str, str]:
    """What action.yml makes of inputs."""
    return {variable(name.replace("_", "-")): value for name, value in given.items()}


def told(**given: str) -> list[str]:
    """What the verb is called with."""
    return words(read(environment(**{"mode": "publish", **given})))


def complaint(**given: str) -> str:
    """What is said of inputs that are wrong."""
    with pytest.raises(UsageError) as caught:
        read(environment(**given))
    assert caught.value.hint
    return str(caught.value)


def test_every_input_is_named_in_this_test() -> None:
    """So that a new one gets a good and a bad value."""
    assert set(GOOD) == set(INPUTS)


def test_publishing_hands_on_what_was_given() -> None:
    """As one word each."""
    given = {name.replace("-", "_"): value for name, value in GOOD.items()}
    assert told(**given) == [
        *(*DATASET, "--lang=zh", "--data-dir=my data", "--max-attempts=3", "--deadline=1.5"),
        "--cleanup",
    ]


def test_what_is_empty_or_blank_is_left_to_the_verb() -> None:
    """A variable of a workflow that is not set is an empty input."""
    assert read({variable(name): " \n" for name in GOOD}) == {}
    assert verb({}) == "publish"
    assert told() == words({}) == ["--cleanup"]


def test_a_switch_that_is_empty_is_as_documented() -> None:
    """A flag has no value, so the command's own default, off, is not always the one meant."""
    assert told(cleanup="true") == told(cleanup="") == ["--cleanup"]
    assert told(cleanup="false") == []
    assert told(create_pr="true") == ["--cleanup", "--create-pr"]
    assert told(create_pr="false") == told(create_pr="") == ["--cleanup"]


def test_rejections_can_be_tolerated_in_every_mode() -> None:
    """Each verb has its own word for it."""
    assert told(fail_on_reject="false") == ["--cleanup", "--no-fail-on-reject"]
    assert told(mode="validate", fail_on_reject="false") == ["--dry-run", "--no-fail-on-reject"]
    assert told(mode="aggregate", fail_on_reject="false") == []
    assert told(mode="aggregate", fail_on_reject="true") == ["--strict"]


def test_validating_commits_and_cleans_nothing() -> None:
    """Whatever else was asked for."""
    given = {"cleanup": "true", "create_pr": "true", "max_attempts": "3", "outputs": "x"}
    assert told(mode="validate", hf_repo="a/b", **given) == ["--hf-repo=a/b", "--dry-run"]


def test_aggregating_names_both_folders() -> None:
    """Where results are, and where they go."""
    given = {"data_dir": "-d", "outputs": "-o", "cleanup": "true", "fail_on_reject": "false"}
    assert told(mode="aggregate", **given) == ["--data-dir=-d", "--outputs=-o"]
    assert verb({"mode": "aggregate"}) == "aggregate"


def test_checking_names_the_baseline_and_the_results() -> None:
    """A folder that looks like an option is a folder."""
    given = {"against": "a/b", "max_regression": "10%", "outputs": "--strict", "cleanup": "true"}
    assert told(mode="check", **given) == [
        "--against=a/b",
        "--max-regression=10%",
        "--",
        "--strict",
    ]
    assert told(mode="check") == ["--", "outputs"]
    assert verb({"mode": "check"}) == "check"


def test_only_what_was_measured_is_attested() -> None:
    """The verb is not told by the inputs: where the run ids go is the runner's."""
    assert attests(read(environment(mode="aggregate", attest="true")))
    assert told(mode="aggregate", attest="true") == ["--strict"]
    assert not attests(read(environment(mode="publish", attest="false")))
    for mode in ("publish", "validate", ""):
        assert "goes with mode aggregate" in complaint(mode=mode, attest="true")


@pytest.mark.parametrize("mode", ["publish", "validate", "aggregate", "check"])
def test_the_verb_understands_what_it_is_told(mode: str) -> None:
    """Its own parser takes every word."""
    given = read(environment(**{n.replace("-", "_"): v for n, v in {**GOOD, "mode": mode}.items()}))
    command = {"publish": publish, "aggregate": aggregate, "check": check}[verb(given)].command
    assert command.make_context(mode, words(given)).params["hf_repo"] == "lab/results"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "publsh"),
        ("mode", "Publish"),
        ("hf-repo", "results"),
        ("hf-repo", "a/b/c"),
        ("hf-repo", "a/b; rm -rf /"),
        ("hf-repo", "https://huggingface.co/datasets/a/b"),
        ("revision", "a b"),
        ("revision", "a\tb"),
        ("max-regression", "5"),
        ("attest", "yes"),
        ("max-regression", "-5%"),
        ("against", "a\nb"),
        ("data-dir", "a\nb"),
        ("attest", "maybe"),
        ("page", "site"),
        ("page-dir", "a\nb"),
        ("page-space", "board"),
        ("outputs", "a\0b"),
        ("endpoint", "huggingface.co"),
        ("endpoint", "https://"),
        ("endpoint", "https://a b"),
        ("cleanup", "yes"),
        ("create-pr", "True"),
        ("fail-on-reject", "0"),
        ("max-attempts", "0"),
        ("max-attempts", "-1"),
        ("max-attempts", "1.5"),
        ("max-attempts", "10000000000"),
        ("max-attempts", "١"),  # noqa: RUF001 - a digit, but not one of ours
        ("deadline", "soon"),
        ("deadline", "1e3"),
        ("deadline", "-1"),
        ("lang", "fr"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_expected(name: str, value: str) -> None:
    """In the words of the workflow, not of the command line."""
    said = complaint(**{name.replace("-", "_"): value})
    assert said.startswith(f"The input {name} is ")
    assert INPUTS[name].expected in said


def test_every_wrong_value_is_named_at_once() -> None:
    """One run of the workflow, not three."""
    said = complaint(mode="x", cleanup="maybe", lang="fr", hf_repo="lab/results")
    assert said.count("The input ") == 3


def outcome(name: str, value: str) -> str:
    """The value that was read, or what was said of it."""
    try:
        return "".join(read({variable(name): value}).values())
    except UsageError as error:
        return str(error)


@given(value=st.text(min_size=1), name=st.sampled_from([*INPUTS]))
def test_no_value_gets_through_as_more_than_one_short_line(value: str, name: str) -> None:
    """Neither as a value, which is printed later, nor in the words that refuse it."""
    found = outcome(name, value)
    assert not {"\n", "\r"} & {*found}
    assert len(found) < len(value) + 400


def test_the_page_understands_what_it_is_told() -> None:
    """After a publish it is made of the same dataset."""
    given = read(environment(**{name.replace("-", "_"): value for name, value in GOOD.items()}))
    params = page.command.make_context("page", page_words(given)).params
    assert (params["hf_repo"], params["space"]) == ("lab/results", "lab/board")
    assert params["output"].as_posix() == "my page/index.html"
