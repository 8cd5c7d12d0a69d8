"""The dataset card: our parts get in, everything that was there stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from huggingface_hub import DatasetCard

from benchmark import card
from benchmark.dataset import BOARD_FILES
from benchmark.leaderboard import encode
from tests.support.entries import entry, run

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

EMPTY = (b"[]\n", b"[]\n")
OURS = ["single", "multi", "runs"]
BEGIN, END = "<!-- sagellm-benchmark: begin", "<!-- sagellm-benchmark: end -->"


def written(
    before: str | bytes | None,
    boards: Sequence[bytes] = EMPTY,
    names: Collection[str] = (),
    name: str = "lab/results",
) -> str:
    """The card after a commit, which must be written."""
    data = before.encode() if isinstance(before, str) else before
    after = card.written(data, boards, names, name=name)
    assert after is not None
    assert card.written(after, boards, (), name=name) == after
    return after.decode()


def header(text: str) -> dict[str, Any]:
    """The metadata that the Hub's own client reads from a card."""
    return DatasetCard(text, ignore_metadata_errors=True).data.to_dict()


def configs(text: str) -> list[str]:
    """The names of its configs, in order."""
    return [config["config_name"] for config in header(text)["configs"]]


def without_ours(text: str) -> str:
    """What the maintainer wrote, and the key and the gap that we need."""
    text = re.sub(
        r"[ ]*# sagellm-benchmark: begin.*# sagellm-benchmark: end\r?\n", "", text, flags=re.DOTALL
    )
    return re.sub(f"{BEGIN}.*{END}", "", text, flags=re.DOTALL).rstrip("\r\n")


def test_a_dataset_without_a_card_gets_one() -> None:
    """Its configs name the leaderboards and the history, and it says what the dataset is."""
    made = written(None)
    found = {config["config_name"]: config for config in header(made)["configs"]}
    files = {name: config["data_files"] for name, config in found.items()}
    assert files == {**BOARD_FILES, "runs": "runs/**/*.jsonl"}
    assert [name for name, config in found.items() if config.get("default")] == ["single"]
    assert header(made)["license"] == "apache-2.0"
    assert made.count("# LLM inference leaderboard\n") == 1
    for title in ("Fastest results", "Add a result", "Read it", "Licence and citation"):
        assert f"## {title}\n" in made


CARDS = [
    "---\nlicense: mit\ntags:\n- a\n---\n\n# Title\n",
    "---\nlicense: mit\n---",
    "---\r\nlicense: mit\r\n---\r\n# Title\r\n\r\ntext\r\n",
    "---\nlicense: mit\ndescription: |-\n  configs: none\n---\ntext",
    "---\nlicense: mit\n---\n\nconfigs: are below\n\n---\nconfigs: []\n---\n",
    "---\nlicense: mit\nmy_configs: 1\n---\n",
    "---\nlicense: mit # and a remark\nwhatever: {deep: [1, 2.5, null]}\n---\ntext\n",
    "\n---\nlicense: mit\n---\n",
    "  ---\nlicense: mit\n---\n",
]


@pytest.mark.parametrize("before", CARDS)
def test_configs_are_added_to_the_header_that_is_there(before: str) -> None:
    """Every other byte stays, and the Hub reads the old metadata as before."""
    after = written(before)
    assert configs(after) == OURS
    assert {**header(after), "configs": None} == {**header(before), "configs": None}
    kept = without_ours(after).replace("configs:\r\n", "", 1).replace("configs:\n", "", 1)
    assert kept == before.rstrip("\r\n") or kept == without_ours(before)


@pytest.mark.parametrize("before", ["", "# Title\n\ntext\n", "text\r\n---\r\n", "---\nno end"])
def test_a_card_without_a_header_gets_one(before: str) -> None:
    """Its text follows the new header unchanged, and our text follows that."""
    after = written(before)
    assert configs(after) == OURS
    assert f"---\n\n{before}" in after
    assert after.index(before) < after.index(BEGIN)


def test_an_empty_header_is_filled() -> None:
    """It stays the only one."""
    after = written("---\n---\ntext\n")
    assert configs(after) == OURS
    assert after.count("---\n") == 2


THEIRS = [
    "configs:\n- config_name: mine\n  data_files: a.csv\n",
    "configs:\n  - config_name: mine\n    data_files: a.csv  # really\n",
    "configs:\n# above\n- config_name: mine\n  data_files:\n  - {split: a, path: a.csv}\n# below\n",
    "configs: [{config_name: mine, data_files: a.csv}]\n",
    "configs: [{config_name: mine,\n  data_files: a.csv}] # why\n",
    '"configs" :\n- {config_name: mine, data_files: a.csv}\nlicense: mit\n',
    "license: &l mit\nconfigs:\n- config_name: mine\n  data_files: a.csv\n  version: *l\n",
    "configs:\r\n- config_name: mine\r\n  data_files: a.csv\r\nlicense: mit\r\n",
]


@pytest.mark.parametrize("yaml", THEIRS)
def test_configs_of_somebody_else_stay_among_ours(yaml: str) -> None:
    """However they are written; ours are added."""
    before, after = f"---\n{yaml}---\nHi\n", written(f"---\n{yaml}---\nHi\n")
    mine = [config for config in header(after)["configs"] if config["config_name"] == "mine"]
    assert mine == header(before)["configs"]
    assert sorted(configs(after)) == sorted(["mine", *OURS])
    for remark in ("# really", "# above", "# below", "# why"):
        assert (remark in after) == (remark in yaml)


@pytest.mark.parametrize("empty", ["", " []", " null", " ~", "  # to come", " [] # to come"])
def test_an_empty_list_of_configs_is_filled(empty: str) -> None:
    """Remarks stay."""
    after = written(f"---\nlicense: mit\nconfigs:{empty}\npretty_name: x\n---\n")
    assert configs(after) == OURS
    assert header(after)["pretty_name"] == "x"
    assert ("# to come" in after) == ("# to come" in empty)


def test_a_config_of_our_name_is_theirs() -> None:
    """Whoever wrote it had a reason; the others are added."""
    mine = "- config_name: single\n  data_files: other.json\n  default: true\n"
    after = written(f"---\nconfigs:\n{mine}---\n")
    assert sorted(configs(after)) == sorted(OURS)
    assert after.count("config_name: single") == 1
    assert mine in after


@pytest.mark.parametrize("mine", ["default: true\n", "data_dir: x\n"])
def test_there_is_one_default(mine: str) -> None:
    """Of two, `load_dataset` takes neither."""
    after = written(f"---\nconfigs:\n- config_name: mine\n  {mine}---\n")
    defaults = [c["config_name"] for c in header(after)["configs"] if c.get("default")]
    assert defaults == (["mine"] if "default" in mine else ["single"])


def test_what_was_added_to_our_card_stays_where_it_is() -> None:
    """Before and after ours, in the header and in the text, also when ours change."""
    made = written(None).replace(
        "# sagellm-benchmark: end\n", "# sagellm-benchmark: end\n- config_name: mine\n"
    )
    made = made.replace("license: apache-2.0", "license: mit").replace(BEGIN, f"Before.\n\n{BEGIN}")
    edited = f"{made}\nAfter.\n"
    after = written(edited, [encode([run(5)]), b"[]\n"], {"new"})
    assert without_ours(after) == without_ours(edited)
    assert configs(after) == [*OURS, "mine"]
    assert "| gpt2 |" in after


BAD_HEADERS = [
    "---\n- a\n---\n",
    "---\nconfigs: {a: 1}\n---\n",
    "---\nconfigs:\n- text\n---\n",
    "---\na: [\n---\n",
    "---\na: 'b\n---\n",
    "---\n{license: mit}\n---\n",
    "---\nconfigs: *nobody\n---\n",
    "---\na: 2026-13-45\n---\n",
    f"---\na: {'[' * 5000}\n---\n",
    "---\nconfigs: text\n---\n",
    "---\nconfigs:\n- &a [*a]\n---\n",
    "---\nconfigs:\nconfigs:\n- 1\n---\n",
    "---\nconfigs: []\nconfigs: text\n---\n",
    "---\nconfigs:\n- config_name: a\n  data_files: b\n'configs':\n---\n",
]


@pytest.mark.parametrize("before", BAD_HEADERS)
def test_a_header_that_has_no_place_for_ours_stays(before: str) -> None:
    """What cannot be understood is not mended."""
    assert written(before).startswith(before)


@pytest.mark.parametrize("before", [b"\xff\xfe-\x00", b"---\nlicense: \xe9\n---\n"])
def test_a_card_that_is_not_utf8_is_left_alone(before: bytes) -> None:
    """What cannot be read is not rewritten."""
    assert card.written(before, EMPTY, (), name="") is None


def test_a_card_that_is_made_by_hand_is_left_alone() -> None:
    """It says so."""
    before = b"# Mine\n\n<!-- sagellm-benchmark: by hand -->\n"
    assert card.written(before, EMPTY, {"new"}, name="a/b") is None
    assert not card.is_silent_on_columns(before)


@pytest.mark.parametrize("text", [f"{BEGIN} -->\nno end\n", f"no begin\n{END}\n"])
def test_a_marker_alone_keeps_our_text_out(text: str) -> None:
    """Where ours would end is not known."""
    assert written(text).endswith(text)


EARLIER = """\
---
configs:
- config_name: single
  default: true
  data_files: leaderboard_single.json
- config_name: multi
  data_files: leaderboard_multi.json
---

# LLM inference leaderboard

Measured with [sagellm-benchmark](https://github.com/intellistream/sagellm-benchmark); anyone can
add a result, no token needed.

- `leaderboard_single.json`, `leaderboard_multi.json`: the best eligible run of every configuration
  on one machine, and on several.
- `runs/`: every run ever accepted, append-only; the two leaderboards are computed from it.
- `retractions.jsonl`: runs taken back, each with its reason.
"""


def test_a_card_of_an_earlier_release_becomes_one_of_this() -> None:
    """Nobody changed it, so nothing of anybody is lost."""
    after = written(EARLIER)
    assert configs(after) == OURS
    assert after.count("retractions.jsonl") == 1
    assert after.count("# LLM inference leaderboard\n") == 1
    assert all("features" in config for config in header(after)["configs"])


ALL_THEIRS = "".join(
    ["---\nconfigs:\n", *(f"- config_name: {n}\n" for n in OURS), "---\n"]
).encode()


def test_what_was_changed_in_a_card_of_an_earlier_release_stays() -> None:
    """Its text, and a config that was added."""
    edited = EARLIER.replace("multi.json\n", "multi.json\n- config_name: mine\n", 1) + "\nMine.\n"
    after = written(edited)
    assert configs(after) == [*OURS, "mine"]
    assert "no token needed" in after.split(BEGIN)[0]
    assert "\nMine.\n" in after.split(BEGIN)[0]


def test_columns_are_those_of_the_format_and_what_runs_have_besides() -> None:
    """Once declared they stay, as the runs do."""
    runs = [entry({"attested": {"by": "x"}}), entry({"on": True})]
    after = written(None, names=card.names_in(runs))
    columns = {column["name"] for column in header(after)["configs"][2]["features"]}
    assert columns >= {*runs[0].data, *runs[1].data}
    later = written(after, names=card.names_in([entry({"more": 1})]))
    assert columns | {"more"} == {c["name"] for c in header(later)["configs"][2]["features"]}


HOSTILE = [
    'a"b',
    "a\\b",
    "a: b",
    "- a",
    "# a",
    "é\U0001f600",
    "\x00\x7f\x85\u2028",
    "",
    "---",
    "null",
    "{",
]


def test_the_name_of_a_column_may_be_anything() -> None:
    """It is a name, and no YAML."""
    after = written(None, names=HOSTILE)
    columns = [column["name"] for column in header(after)["configs"][0]["features"]]
    assert set(HOSTILE) <= set(columns)
    assert len(columns) == len(set(columns))


def test_a_thousand_names_do_not_make_a_header_that_no_hub_takes() -> None:
    """Some are declared; how long a name is has a limit too."""
    after = written(None, names=[f"n{number:04}" for number in range(1000)] + ["x" * 5000])
    columns = [column["name"] for column in header(after)["configs"][0]["features"]]
    assert "n0099" in columns
    assert len(columns) < 150
    assert len(after) < 64 * 1024


@pytest.mark.parametrize(
    ("before", "silent"),
    [
        (None, True),
        (b"# Mine\n", True),
        (EARLIER.encode(), True),
        (b"\xff", False),
        (b"---\nconfigs: text\n---\n", False),
        (ALL_THEIRS, False),
        (written(None).encode(), False),
    ],
)
def test_a_card_is_silent_on_columns_until_it_declares_them(
    before: bytes | None, *, silent: bool
) -> None:
    """Then all runs are asked for their fields, once; not where there is no place for columns."""
    assert card.is_silent_on_columns(before) is silent


@pytest.mark.parametrize("name", ["", "a b", 'x/"y', "one"])
def test_a_dataset_without_a_name_has_a_placeholder(name: str) -> None:
    """And what is no name does not get into code."""
    assert "hf://datasets/OWNER/NAME/" in written(None, name=name)


NINE_TIMES = [", ".join([alias] * 9) for alias in ("*b", "*a")]


@pytest.mark.parametrize(
    "header",
    [
        "a: &a [x, x]\n"
        + "".join(
            f"k{n}: &{'ab'[n % 2]} [{', '.join(['*' + 'ba'[n % 2]] * 9)}]\n" for n in range(1, 30)
        ),
        "a: &a [*a]\n",
        "a: &a {b: *a}\n",
        "a: " + "[" * 3_000 + "\n",
    ],
    ids=["nine times nine", "itself in a list", "itself in a mapping", "deep"],
)
def test_a_header_that_is_far_more_than_is_written_stays(header: str) -> None:
    """Comparing what it says would never end; the text below is ours all the same."""
    after = written(f"---\n{header}---\n")
    assert after.startswith(f"---\n{header}---\n")
    assert END in after


def test_a_header_with_an_alias_is_extended() -> None:
    """As long as it is no bomb."""
    assert configs(written("---\na: &a [x]\nb: *a\n---\n")) == OURS
