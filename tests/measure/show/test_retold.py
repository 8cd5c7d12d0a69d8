"""What an entry tells in English is told in the reader's language, and nothing is changed by it."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure import messages
from benchmark.measure.caveat import caveat
from benchmark.measure.messages import CAVEATS, NOISE, STOPPED, of_kind
from benchmark.measure.show import summary
from benchmark.measure.show.retold import retold

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(inspect.getfile(messages)).parent
FIELD = re.compile(r"{(\w+)(:[^}]*)?}")
ALL = (*CAVEATS.values(), *NOISE.values(), *STOPPED.values())


def reader(message: str) -> str:
    """Tells it in a language of which every message is its fields, the last one first."""
    return " ← ".join(f"{{{name}{form}}}" for name, form in reversed(FIELD.findall(message))) or "·"


def values_of(message: str) -> dict[str, Any]:
    """A number where one is formatted, else a word."""
    return {
        name: 7.25 + place if form else f"word-{place}"
        for place, (name, form) in enumerate(FIELD.findall(message))
    }


@pytest.mark.parametrize("message", ALL)
def test_every_message_is_recognised_in_the_sentence_that_was_made_of_it(message: str) -> None:
    """Its fields are taken over as they were formatted then."""
    values = values_of(message)
    assert retold(reader, message.format(**values), ALL) == reader(message).format(**values)


@pytest.mark.parametrize("name", CAVEATS)
def test_a_caveat_s_own_kind_is_enough_to_recognise_it(name: str) -> None:
    """In each of the ways to tell it."""
    kind, _, case = name.partition("/")
    found = caveat(kind, case, **values_of(CAVEATS[name]))
    assert found.kind == kind
    assert retold(reader, found.text, of_kind(kind)) != found.text


@given(text=st.text() | st.sampled_from(ALL), message=st.sampled_from(ALL), word=st.text())
def test_in_english_it_is_what_the_entry_tells(text: str, message: str, word: str) -> None:
    """Whatever the entry says, for it may be anybody's; nothing is lost or added."""
    assert retold(str, text, ALL) == text
    plain = re.sub(FIELD, "{}", message)
    made = plain.format(*[word] * plain.count("{}"))
    assert retold(str, made, ALL) == made


def test_what_nobody_here_wrote_is_left_as_it_is() -> None:
    """A kind of another version, words of another program, a text too long to be ours."""
    assert retold(reader, "Something is odd.", ALL) == "Something is odd."
    assert [*of_kind("a-kind-of-next-year")] == []
    long = CAVEATS["extra-body"].format(names="x, " * 500)
    assert retold(reader, long, ALL) == long


def test_the_screen_tells_caveats_and_noise_in_the_reader_s_language() -> None:
    """From the entry alone."""
    entry: dict[str, Any] = {
        "provenance": {
            "noise": {"is_noisy": True, "reasons": [NOISE["others"].format(share=0.31)]},
            "caveats": [
                caveat("trace-cut", played=3, due=9).as_json(),
                {"kind": "a-kind-of-next-year", "text": "As it is."},
                {"kind": ["no", "kind"]},
            ],
        }
    }
    assert [*summary.warnings(reader, entry)][1:] == ["  31%", "⚠ 9 ← 3", "⚠ As it is.", "⚠ "]


def calls() -> Iterator[tuple[str, ast.Call, dict[str, str]]]:
    """Every call that makes a caveat, with its file and that file's constants."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield path.name, node, known


def test_every_caveat_is_made_of_a_message_that_can_be_translated() -> None:
    """In no other way than by `caveat`, or it would be English for every reader."""
    made = [name for name, call, _ in calls() if ast.unparse(call.func) == "Caveat"]
    assert made == ["caveat.py"]


def test_every_caveat_has_its_message_and_fills_its_fields() -> None:
    """A measurement does not end for a word that is missing."""
    seen = 0
    for file, call, known in calls():
        if ast.unparse(call.func) != "caveat":
            continue
        words = [
            one.value if isinstance(one, ast.Constant) else known.get(ast.unparse(one))
            for one in call.args
        ]
        if None in words:
            continue
        fields = {name for name, _ in FIELD.findall(CAVEATS["/".join(map(str, words))])}
        assert {keyword.arg for keyword in call.keywords} == fields, file
        seen += 1
    assert seen > len(CAVEATS) // 2
