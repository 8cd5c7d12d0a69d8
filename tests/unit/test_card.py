"""The dataset card: our configs get in, everything that was there stays."""

from __future__ import annotations

import pytest
import yaml
from huggingface_hub import DatasetCard

from benchmark.card import with_configs
from benchmark.dataset import BOARD_FILES

CONFIGS = [
    {"config_name": "single", "default": True, "data_files": "leaderboard_single.json"},
    {"config_name": "multi", "data_files": "leaderboard_multi.json"},
]


def header(card: bytes | None) -> dict[str, object]:
    """The metadata that the Hub's own client reads from a card."""
    assert card is not None
    return DatasetCard(card.decode(), ignore_metadata_errors=True).data.to_dict()


def test_a_dataset_without_a_card_gets_one() -> None:
    """Its configs name both leaderboards, and it says what the dataset is."""
    card = with_configs(None)
    assert header(card) == {"configs": CONFIGS}
    assert {config["data_files"] for config in CONFIGS} == set(BOARD_FILES.values())
    assert b"# LLM inference leaderboard" in (card or b"")


@pytest.mark.parametrize(
    "card",
    [
        "---\nlicense: mit\ntags:\n- a\n---\n\n# Title\n",
        "---\nlicense: mit\n---",
        "---\r\nlicense: mit\r\n---\r\n# Title\r\n\r\ntext\r\n",
        "---\nlicense: mit\ndescription: |-\n  configs: none\n---\ntext",
        "---\nlicense: mit\n---\n\nconfigs: are below\n\n---\nconfigs: []\n---\n",
        "---\nlicense: mit\nmy_configs: 1\n---\n",
    ],
)
def test_configs_are_added_to_the_header_that_is_there(card: str) -> None:
    """Every other byte stays, and the Hub reads the old metadata as before."""
    extended = with_configs(card.encode())
    assert header(extended) == {**header(card.encode()), "configs": CONFIGS}
    before, after = card.encode(), extended or b""
    start = after.index(b"configs:\n- config_name: single")
    added = len(after) - len(before)
    assert after[:start] + after[start + added :] == before


@pytest.mark.parametrize("card", ["", "# Title\n\ntext\n", "text\r\n---\r\n", "---\nno end"])
def test_a_card_without_a_header_gets_one(card: str) -> None:
    """Its text follows the new header unchanged."""
    extended = with_configs(card.encode())
    assert header(extended) == {"configs": CONFIGS}
    assert (extended or b"").endswith(card.encode())


def test_an_empty_header_is_filled() -> None:
    """It stays the only one."""
    extended = with_configs(b"---\n---\ntext\n")
    assert header(extended) == {"configs": CONFIGS}
    assert (extended or b"").count(b"---\n") == 2


@pytest.mark.parametrize("card", ["\n---\nlicense: mit\n---\n", "  ---\nlicense: mit\n---\n"])
def test_a_header_that_the_hub_reads_is_not_pushed_into_the_text(card: str) -> None:
    """The Hub's client allows blanks before the first rule; the licence must not be lost."""
    assert header(card.encode()) == {"license": "mit"}
    assert header(with_configs(card.encode())) == {"license": "mit", "configs": CONFIGS}


@pytest.mark.parametrize(
    "card",
    [
        b"---\nconfigs:\n- config_name: mine\n---\n",
        b"---\r\nlicense: mit\r\nconfigs : []\r\n---\r\n",
        b"---\nlicense: mit\nconfigs: []\n---",
        with_configs(None) or b"",
        with_configs(b"# Title\n") or b"",
    ],
)
def test_a_card_with_configs_is_left_alone(card: bytes) -> None:
    """Somebody else's choice stays, and ours is not added twice."""
    assert with_configs(card) is None


@pytest.mark.parametrize("card", [b"\xff\xfe-\x00", b"---\nlicense: \xe9\n---\n"])
def test_a_card_that_is_not_utf8_is_left_alone(card: bytes) -> None:
    """What cannot be read is not rewritten."""
    assert with_configs(card) is None


def test_what_is_added_is_yaml_of_its_own() -> None:
    """Added to any mapping it stays a mapping."""
    card = (with_configs(b"---\na: 1\n---\n") or b"").decode()
    assert yaml.safe_load(card.split("---\n")[1]) == {"a": 1, "configs": CONFIGS}
