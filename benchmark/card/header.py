"""The header of a card, with our `configs` among those that are there.

Changed as text, so that every byte outside of our markers stays; YAML only tells where.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, cast

from benchmark.card import columns, earlier, yaml_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import yaml

BEGIN = "# sagellm-benchmark: begin"
END = "# sagellm-benchmark: end"
_MARKER = "# sagellm-benchmark: (?:begin|end)"

# Without `configs` the viewer mixes both leaderboards and the fragments of runs/ into one table
# and fails on their differing schemas
# (https://huggingface.co/docs/hub/datasets-manual-configuration); features may stand among them
# (https://github.com/huggingface/datasets/pull/7182).
RUNS = "runs/**/*.jsonl"
_FILES = {
    "single": "leaderboard_single.json",
    "multi": "leaderboard_multi.json",
    "runs": RUNS,
}
_REGION = re.compile(
    rf"^[ \t]*{BEGIN}[^\n]*\n(?P<items>(?:(?!{_MARKER}).)*)^[ \t]*{END}[ \t]*\r?\n",
    re.DOTALL | re.MULTILINE,
)


class _Theirs(NamedTuple):
    """A header without our part.

    Attributes:
        text: the YAML.
        place: where our part was in it; None if it had none.
        newline: how its lines end.
        configs: the node of its `configs`; None if it has none.
    """

    text: str
    place: int | None
    newline: str
    configs: yaml.Node | None


def region(header: str) -> str | None:
    """What stands between our markers; None where they are not."""
    found = _REGION.search(header)
    return found["items"] if found else None


def merged(header: str, names: Iterable[str]) -> str:
    """The header with the configs that it lacks of ours; as it is where that cannot be done.

    Args:
        header: the YAML between the rules.
        names: the columns besides those of the format.
    """
    try:
        theirs = _read(header)
        lacking = _lacking(theirs.configs)
        rows = [*_region(lacking, names, is_default=_has_no_default(theirs.configs))]
        after = _inserted(theirs, rows) if lacking else theirs.text
        return after if _is_as_meant(theirs.text, after, lacking) else header
    except ValueError:
        return header


def _read(header: str) -> _Theirs:
    """Raises: ValueError where it is no YAML, or has no place for `configs`."""
    found = _REGION.search(header)
    text = header[: found.start()] + header[found.end() :] if found else header
    if re.search(_MARKER, text):
        raise ValueError("What is ours cannot be told.")
    place = found.start() if found else None
    old = earlier.CONFIGS.search(text)
    if old:
        text, place = text[: old.end("key")] + text[old.end() :], old.end("key")
    newline = "\r\n" if "\r\n" in header else "\n"
    return _Theirs(text, place, newline, _configs(text))


def _configs(text: str) -> yaml.Node | None:
    root = yaml_text.nodes(text)
    if root is None:
        return None
    if root.id != "mapping" or root.flow_style:
        raise ValueError("The header is no block mapping.")
    found = [value for key, value in root.value if key.value == "configs"]
    if len(found) > 1:
        raise ValueError("configs is named twice: readers take the last, or neither.")
    return cast("yaml.Node", found[0]) if found else None


def _items(configs: yaml.Node | None) -> list[yaml.Node]:
    if configs is None or _is_null(configs):
        return []
    if configs.id != "sequence":
        raise ValueError("configs is no list.")
    return list(configs.value)


def _is_null(node: yaml.Node) -> bool:
    return str(node.tag).endswith(":null")


def _fields(item: yaml.Node) -> dict[str, str]:
    if item.id != "mapping":
        raise ValueError("An item of configs is no mapping.")
    return {
        str(key.value): str(value.value) if value.id == "scalar" else ""
        for key, value in item.value
    }


def _lacking(configs: yaml.Node | None) -> list[str]:
    held = {_fields(item).get("config_name") for item in _items(configs)}
    return [name for name in _FILES if name not in held]


def _has_no_default(configs: yaml.Node | None) -> bool:
    """Whether none is the default: of two, `load_dataset` takes neither."""
    rows = [_fields(item) for item in _items(configs)]
    return not any("default" in row or row.get("config_name") == "default" for row in rows)


def _region(lacking: Iterable[str], names: Iterable[str], *, is_default: bool) -> Iterator[str]:
    yield f"{BEGIN}: written anew by every publish; your own goes before or after"
    declaration = [*columns.lines(names)]
    for name in lacking:
        yield f"- config_name: {name}"
        if name == "single" and is_default:
            yield "  default: true"
        yield f"  data_files: {_FILES[name]}"
        yield "  features:"
        yield from (f"  {line}" for line in declaration)
    yield END


def _inserted(theirs: _Theirs, rows: Iterable[str]) -> str:
    text, configs, newline = theirs.text, theirs.configs, theirs.newline
    if configs is None:
        opened = text if not text or text.endswith("\n") else text + newline
        return opened + _joined(["configs:", *rows], newline)
    if _is_null(configs):
        text = text[: configs.start_mark.index] + text[configs.end_mark.index :]
        at = text.index("\n", configs.start_mark.index) + 1
    elif configs.flow_style:
        return _unfolded(theirs, rows)
    else:
        at = _place_among(theirs, configs)
        rows = [" " * configs.start_mark.column + row for row in rows]
    return text[:at] + _joined(rows, newline) + text[at:]


def _place_among(theirs: _Theirs, configs: yaml.Node) -> int:
    """Before their items, or where among them our part was."""
    first = int(configs.start_mark.index - configs.start_mark.column)
    place = theirs.place
    return place if place is not None and first <= place <= configs.end_mark.index else first


def _unfolded(theirs: _Theirs, rows: Iterable[str]) -> str:
    """`configs: [...]` as a list of lines, each item as it was."""
    text, configs = theirs.text, cast("yaml.Node", theirs.configs)
    items = (text[item.start_mark.index : item.end_mark.index] for item in configs.value)
    kept = ("- " + " ".join(item.splitlines()) for item in items)
    before = text[: configs.start_mark.index].rstrip(" ") + theirs.newline
    return before + _joined([*rows, *kept], theirs.newline) + text[configs.end_mark.index :]


def _joined(rows: Iterable[str], newline: str) -> str:
    return "".join(row + newline for row in rows)


def _is_as_meant(before: str, after: str, lacking: Collection[str]) -> bool:
    """Whether the only difference is that the configs that were lacking are there."""
    old, new = _values(before), _values(after)
    configs = cast("list[Mapping[str, object]]", new.pop("configs", None) or [])
    theirs = [config for config in configs if config.get("config_name") not in lacking]
    is_whole = len(configs) - len(theirs) == len(lacking)
    return is_whole and theirs == (old.pop("configs", None) or []) and new == old


def _values(text: str) -> dict[str, object]:
    return cast("dict[str, object]", yaml_text.values(text) or {})
