"""What is added to labels that would be equal."""

from __future__ import annotations

from benchmark.labels import labels_of
from tests.support.entries import entry

PLAIN = "CPU|1|gpt2|FP32|128|128"


def test_the_plain_case_stays_as_it_was() -> None:
    """Nothing is added where nothing has to be told apart."""
    other = entry({"model.name": "llama"})
    assert [*labels_of([entry(), other]).values()] == [PLAIN, "CPU|1|llama|FP32|128|128"]


def test_the_version_of_the_engine_comes_first() -> None:
    """As where another engine is named."""
    newer = entry({"sagellm_version": "0.6.0.0"})
    assert [*labels_of([entry(), newer]).values()] == [
        f"{PLAIN}|sagellm 0.5.0.0",
        f"{PLAIN}|sagellm 0.6.0.0",
    ]


def test_whatever_else_differs_is_named() -> None:
    """By the name it has in a configuration."""
    other = entry({"hardware.vendor": "AMD"})
    assert [*labels_of([entry(), other]).values()] == [
        f"{PLAIN}|vendor=Intel",
        f"{PLAIN}|vendor=AMD",
    ]


def test_texts_that_read_alike_are_told_apart_by_digits() -> None:
    """Of the config key, where the first 80 characters are the same."""
    long = [entry({"model.name": "x" * 80 + end}) for end in "ab"]
    one, other = labels_of(long).values()
    assert one != other
    assert one.partition("#")[0] == other.partition("#")[0]


def test_spellings_of_one_configuration_have_one_label() -> None:
    """Whichever comes first."""
    loud, quiet = entry({"model.name": "GPT2 "}), entry()
    assert labels_of([loud, quiet]) == labels_of([quiet, loud])
    assert len(labels_of([loud, quiet])) == 1
