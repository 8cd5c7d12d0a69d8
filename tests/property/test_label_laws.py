"""Labels that are shown together are equal if and only if their config keys are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from benchmark import canonical
from benchmark.labels import labels_of
from tests.support.entries import ABSENT, entry

if TYPE_CHECKING:
    from benchmark.entry import Entry

LONG = "a" * 80
HOSTILE = (
    *("gpt2", "GPT2 ", "", "None", "a|b", "a/b", "a b", "a\u0000b", "a\u200bb", "-", "1", "bs=4"),
    *(LONG, LONG + "b", LONG + "c", "\u00e9", "e\u0301", "\ufb01", "fi", "engine=x", "sagellm 1"),
)
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=90)
PLACES = [
    *("hardware.vendor", "hardware.chip_model", "hardware.interconnect", "model.name"),
    *("model.precision", "model.quantization", "workload.name", "workload.dataset", "engine"),
    *("engine_version", "sagellm_version", "hardware.intra_node_interconnect"),
]
NUMBERS = st.sampled_from([1, 1.0, 2, 4, None])
NUMBERED = ["workload.batch_size", "workload.concurrent_requests", "hardware.chip_count"]
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        **{place: TEXTS | st.sampled_from([None, ABSENT]) for place in PLACES},
        **dict.fromkeys(NUMBERED, NUMBERS),
        "metadata.submitter": st.sampled_from(["a", "b"]),
    },
)
ENTRIES = CHANGES.map(entry)


def _agree(entries: list[Entry]) -> None:
    labels = labels_of(entries)
    assert labels.keys() == {one.config_key for one in entries}
    assert len(set(labels.values())) == len(labels)


@given(st.lists(ENTRIES, max_size=8))
def test_labels_are_equal_exactly_where_config_keys_are(entries: list[Entry]) -> None:
    """Within any set, whatever the texts in it hold."""
    _agree(entries)


@given(st.lists(ENTRIES, max_size=6), st.randoms())
def test_labels_do_not_depend_on_the_order(entries: list[Entry], random: st.randoms) -> None:
    """Nor on how often an entry is there."""
    shuffled = [*entries, *entries[:2]]
    random.shuffle(shuffled)
    assert labels_of(shuffled) == labels_of(entries)


@given(st.lists(ENTRIES, max_size=5), st.sampled_from(PLACES))
def test_whoever_copies_a_label_into_a_field_is_told_apart_all_the_same(
    entries: list[Entry], place: str
) -> None:
    """Digests included, which may be known before."""
    copies = [
        entry({place: f"{end}"})
        for one in entries
        for digest in [canonical.digest(one.config_key)]
        for end in (labels_of(entries)[one.config_key], f"#{digest}", f"#{digest[:12]}")
    ]
    _agree([*entries, *copies])
