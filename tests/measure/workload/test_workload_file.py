"""Own workloads from a file: what they mean, and everything that is wrong in them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import InvalidDataError, UsageError
from benchmark.measure.workload import strict_yaml
from benchmark.measure.workload.lengths import DrawnLengths, Range
from benchmark.measure.workload.workload_file import read_workloads
from benchmark.measure.workload.workloads import Lengths, Workload

EXAMPLE = Path(__file__).parents[3] / "examples" / "workloads.yaml"
LENGTHS = "input_length: 8\noutput_length: 4\n"
MINIMAL = f"name: own\n{LENGTHS}"


def read(folder: Path, text: str, name: str = "w.yaml") -> tuple[Workload, ...]:
    """The workloads of a file with this text, beside two datasets."""
    (folder / "talks.json").write_text("[]")
    (folder / "book.txt").write_text("words")
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return read_workloads(file)


def said(folder: Path, text: str, name: str = "w.yaml") -> list[str]:
    """Path and message of every violation."""
    with pytest.raises(InvalidDataError) as caught:
        read(folder, text, name)
    assert {violation.file for violation in caught.value.violations} == {str(folder / name)}
    return [f"{path}: {message}" for _, path, message in caught.value.violations]


def test_the_example_reads_as_it_says() -> None:
    """What users copy works."""
    chat, arriving, mixture, drawn, alike = read_workloads(EXAMPLE)
    assert chat == Workload("chat", (Lengths(512, 256),), concurrency=8, prompts="text")
    assert arriving == Workload("arriving", (Lengths(128, 128),), rate=4.0, seed=7)
    assert mixture.lengths == (Lengths(64, 32, 3.0), Lengths(256, 512))
    assert drawn.lengths == (DrawnLengths(Range(100, 200), Range(16, 512, 128, 64)),)
    assert (alike.lengths, alike.shared_prefix) == ((Lengths(640, 64),), 512)


def test_the_smallest_workload_has_a_name_and_two_lengths(tmp_path: Path) -> None:
    """JSON says the same as YAML."""
    expected = (Workload("own", (Lengths(8, 4),)),)
    assert read(tmp_path, MINIMAL) == read(tmp_path, f"version: 1\n{MINIMAL}") == expected
    text = '{"name": "own", "input_length": 8, "output_length": 4.0}'
    assert read(tmp_path, text, "w.json") == expected


def test_a_dataset_lies_beside_the_file(tmp_path: Path) -> None:
    """Conversations may keep their own lengths; a text has none."""
    natural, answer, cut, text = read(
        tmp_path,
        "workloads:\n"
        "- {name: a, dataset: talks.json}\n"
        "- {name: b, dataset: talks.json, output_length: 9}\n"
        "- {name: c, dataset: talks.json, input_length: 8, output_length: 9}\n"
        "- {name: d, dataset: book.txt, input_length: 8, output_length: 9}\n",
    )
    assert (natural.lengths, natural.answer, natural.prompts) == ((), None, "sharegpt")
    assert (answer.lengths, answer.answer) == ((), 9)
    assert (cut.lengths, cut.answer, cut.dataset) == (
        (Lengths(8, 9),),
        None,
        tmp_path / "talks.json",
    )
    assert (text.prompts, text.dataset) == ("text", tmp_path / "book.txt")


def test_lengths_may_be_ranges(tmp_path: Path) -> None:
    """Even or normal, alone or in a mixture; the longest decides what fits."""
    even, normal = read(
        tmp_path,
        "workloads:\n"
        "- {name: a, input_length: {min: 100, max: 200}, output_length: 8}\n"
        "- {name: b, mixture: [{input_length: 5, output_length: "
        "{min: 2, max: 90, mean: 20, std: 5}}, {input_length: 7, output_length: 3}]}\n",
    )
    assert even.lengths == (DrawnLengths(Range(100, 200), Range(8, 8)),)
    assert (even.input_length, even.output_length, even.longest) == (150, 8, 208)
    assert normal.lengths == (DrawnLengths(Range(5, 5), Range(2, 90, 20, 5.0)), Lengths(7, 3))
    assert normal.longest == 95


def test_a_workload_says_how_its_load_is_shaped_and_what_its_prompts_share(tmp_path: Path) -> None:
    """Each key is a field."""
    shaped, shared, talk, lines = read(
        tmp_path,
        "workloads:\n"
        "- {name: a, input_length: 8, output_length: 4, rate: 2, burstiness: 0.5, "
        "max_in_flight: 3, ramp_up: 2.5}\n"
        "- {name: b, input_length: 8, output_length: 4, shared_prefix: 7}\n"
        "- {name: c, input_length: 8, output_length: 4, turns: 3, concurrency: 2}\n"
        "- {name: d, dataset: book.txt, output_length: 4}\n",
    )
    assert (shaped.burstiness, shaped.max_in_flight, shaped.ramp_up_s) == (0.5, 3, 2.5)
    assert (shared.shared_prefix, shared.shares) == (7, True)
    assert (talk.turns, talk.shares, talk.input_length) == (3, True, 20)
    assert (lines.prompts, lines.lengths, lines.answer) == ("lines", (), 4)


def test_every_violation_is_listed_at_once(tmp_path: Path) -> None:
    """One round, not nine; keys that stand twice and NaN among them."""
    text = (
        "workloads:\n"
        "- {name: Q1, input_length: true, output_length: 1}\n"
        "- {name: a/b, input_lenght: 8, output_length: 4, output_length: 5}\n"
        "- {name: c, mixture: [{input_length: 1.5, output_length: 2, weight: .nan}, 7]}\n"
        "- {name: c, input_length: 8, output_length: 4, rate: 0, concurrency: 2}\n"
    )
    assert [line.split(": ")[0] for line in said(tmp_path, text)] == [
        "$.workloads[0].input_length",
        "$.workloads[0].name",
        "$.workloads[0].output_length",
        "$.workloads[1].input_lenght",
        "$.workloads[1].input_length",
        "$.workloads[1].name",
        "$.workloads[1].output_length",
        "$.workloads[2].mixture[0].input_length",
        "$.workloads[2].mixture[0].weight",
        "$.workloads[2].mixture[1]",
        "$.workloads[3].concurrency",
        "$.workloads[3].name",
        "$.workloads[3].rate",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"name: short\n{LENGTHS}", "$.name: is the built-in name short; choose another."),
        (f"name: ALL\n{LENGTHS}", "$.name: is the built-in name all; choose another."),
        (MINIMAL + "rate: .inf\n", "$.rate: is not written as a plain decimal number."),
        (MINIMAL + "rate: 1.0e+999\n", "$.rate: is too large to be a number."),
        (MINIMAL + "rate: -1\n", "$.rate: is -1, expected more than 0."),
        (MINIMAL + "rate: yes\n", "$.rate: is true, expected a number."),
        (MINIMAL + "seed: 1:30\n", "$.seed: is not written as a plain decimal number."),
        (MINIMAL + "seed: 010\n", "$.seed: is not written as a plain decimal number."),
        (MINIMAL + f"seed: {2**53}\n", f"$.seed: is {2**53}, expected at most {2**53 - 1}."),
        (MINIMAL + f"seed: {10**30}\n", "$.seed: is beyond what every reader can represent."),
        (MINIMAL + "seed: 1\nseed: 1\n", "$.seed: appears twice."),
        (MINIMAL + "version: 2\n", "$.version: is 2, expected at most 1."),
        (MINIMAL + "concurrency: 100001\n", "$.concurrency: is 100001, expected at most 100000."),
        (MINIMAL + "arrivals: poisson\n", "$.rate: is required beside arrivals, but missing."),
        (
            MINIMAL + "prompts: words\n",
            "$.prompts: is 'words', expected one of 'random', 'text'.",
        ),
        (
            MINIMAL + "mixture: [{input_length: 1, output_length: 2}]\n",
            "$.input_length: cannot be given together with mixture; leave one of them out.",
        ),
        (MINIMAL + "1: x\n", "$: has a key that is not text; put it in quotes."),
        (MINIMAL + "description: 2026-01-01\n", "$.description: is a timestamp, "),
        (MINIMAL + "description: !!binary aGk=\n", "$.description: is a binary, "),
        (MINIMAL + "dataset: none.txt\n", "$.dataset: names 'none.txt', and there is no such "),
        (MINIMAL + "dataset: none.csv\n", "$.dataset: is 'none.csv', expected a file that "),
        (
            MINIMAL + "dataset: book.txt\nprompts: text\n",
            "$.prompts: cannot be given together with dataset; leave one of them out.",
        ),
        ("name: own\ndataset: book.txt\n", "$.input_length: is required, but missing."),
        (
            "name: own\ndataset: talks.json\ninput_length: 3\n",
            "$.output_length: is required beside input_length, but missing.",
        ),
        (
            "name: own\noutput_length: 4\ninput_length: {min: 9, max: 8}\n",
            "$.input_length.min: is 9, and max is only 8.",
        ),
        (
            "name: own\noutput_length: 4\ninput_length: {min: 1, max: 8, mean: 9, std: 1}\n",
            "$.input_length.mean: is 9, and lies outside of 1 to 8.",
        ),
        (
            "name: own\noutput_length: 4\ninput_length: {min: 1, max: 8, mean: 4}\n",
            "$.input_length.std: is required beside mean, but missing.",
        ),
        (
            "name: own\noutput_length: 4\ninput_length: {max: 8}\n",
            "$.input_length.min: is required, but missing.",
        ),
        (
            MINIMAL + "shared_prefix: 8\n",
            "$.shared_prefix: is 8, and the shortest prompt has 8 tokens.",
        ),
        (
            "name: own\ndataset: talks.json\nshared_prefix: 8\n",
            "$.shared_prefix: needs an input_length that it is part of.",
        ),
        (
            MINIMAL + "shared_prefix: 2\nturns: 2\n",
            "$.turns: cannot be given together with shared_prefix; leave one of them out.",
        ),
        (
            MINIMAL + "rate: 2\nturns: 2\n",
            "$.turns: cannot be given together with rate; leave one of them out.",
        ),
        (MINIMAL + "burstiness: 2\n", "$.rate: is required beside burstiness, but missing."),
        (MINIMAL + "max_in_flight: 2\n", "$.rate: is required beside max_in_flight, but missing."),
        (
            MINIMAL + "rate: 2\nburstiness: 2\narrivals: constant\n",
            "$.burstiness: says how uneven gaps are, and constant arrivals have equal ones.",
        ),
        ("name: own\nmixture: []\n", "$.mixture: is [], expected at least 1 item."),
        ("workloads: []\n", "$.workloads: is [], expected at least 1 item."),
        ("workloads: 7\n", "$.workloads: is 7, expected a list."),
        ("", "$: is null, expected an object."),
        ("- name: own\n", '$: is [{"name":"own"}], expected an object.'),
        ("a: [", "$: not YAML: "),
        ("a: " + "x" * 70_000, "$: longer than 65,536 bytes."),
        ("a: &x 1\nb: *x\n", "$: aliases (*name) are not accepted here."),
        ("a: 1\n---\nb: 2\n", "$: not YAML: but found another document at line 2, column 1."),
        ("[" * 60_000, "$: nested too deep."),
    ],
)
def test_a_violation_says_what_is_there_and_what_is_expected(
    tmp_path: Path, text: str, expected: str
) -> None:
    """One sentence with the place to mend it."""
    assert said(tmp_path, text)[0].startswith(expected)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " x",
        "a b",
        "a/b",
        "..",
        ".x",
        "-x",
        "x.",
        "a\\\\b",
        "a,b",
        "a\\nb",
        "a\\u202eb",
        "a\\u2028b",
    ],
)
def test_a_name_that_is_no_folder_name_is_refused(tmp_path: Path, name: str) -> None:
    """Results are kept in folders called like the workload."""
    lines = said(tmp_path, f'name: "{name}"\n{LENGTHS}')
    assert lines
    assert all(line.startswith("$.name: ") for line in lines)


@pytest.mark.parametrize("name", ["对话", "chat-2.1_b", "Ünï"])
def test_a_name_may_be_in_any_script(tmp_path: Path, name: str) -> None:
    """People name workloads in their own language."""
    assert read(tmp_path, f"name: {name}\n{LENGTHS}")[0].name == name


def test_json_is_read_as_strictly_as_everywhere(tmp_path: Path) -> None:
    """What breaks JSON is listed together with what breaks the schema."""
    text = '{"name": "own", "seed": 1, "seed": 2, "rate": NaN, "input_length": 0}'
    assert said(tmp_path, text, "w.json") == [
        '$: the key "seed" appears twice.',
        "$.input_length: is 0, expected at least 1.",
        "$.output_length: is required beside input_length, but missing.",
        "$.output_length: is required, but missing.",
        "$.rate: NaN and Infinity are not JSON numbers.",
    ]


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """The byte is named."""
    file = tmp_path / "w.yaml"
    file.write_bytes(b"name: \xff")
    with pytest.raises(InvalidDataError) as caught:
        read_workloads(file)
    assert [one.message for one in caught.value.violations] == ["byte 6 is not UTF-8."]


def test_without_pyyaml_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON is read all the same."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(UsageError, match="needs PyYAML, which is not installed") as caught:
        read(tmp_path, MINIMAL)
    assert "sagellm-benchmark[run]" in caught.value.hint
    assert read(tmp_path, '{"name": "own", "dataset": "talks.json"}', "w.json")


@given(st.binary(max_size=60) | st.text(alphabet="{}[]:,-&*!?|>'\"%@ \nab10.#", max_size=60))
def test_any_bytes_are_read_or_refused_with_a_path(data: bytes | str) -> None:
    """Nothing but a violation comes out of what is no YAML."""
    raw = data if isinstance(data, bytes) else data.encode()
    try:
        problems = strict_yaml.parse(raw, file="f").problems
    except InvalidDataError as error:
        problems = error.violations
        assert problems
    assert all(v.file == "f" and v.path.startswith("$") for v in problems)
