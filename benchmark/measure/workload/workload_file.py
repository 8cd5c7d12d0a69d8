"""Own workloads from a YAML or JSON file; every violation is listed at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from jsonschema import Draft202012Validator

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError, Violation
from benchmark.measure.workload import strict_yaml
from benchmark.measure.workload.length_faults import length_faults
from benchmark.measure.workload.lengths import DrawnLengths, Lengths, Range
from benchmark.measure.workload.strict_yaml import Document
from benchmark.measure.workload.violations import explain
from benchmark.measure.workload.workloads import (
    ALL,
    LINES,
    RANDOM,
    SHAREGPT,
    TEXT,
    WORKLOADS,
    Workload,
)
from benchmark.schema import schema_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

SUFFIXES = (".yaml", ".yml", ".json")
DATASETS = {".json": SHAREGPT, ".jsonl": LINES, ".txt": TEXT}
_RESERVED = {name.casefold(): name for name in (*WORKLOADS, ALL)}


def read_workloads(path: Path) -> tuple[Workload, ...]:
    """The workloads of a file, as `schemas/workload_v1.schema.json` describes them.

    Raises:
        UsageError: if it cannot be read, or PyYAML is missing.
        InvalidDataError: with everything that is wrong in it.
    """
    file, data = str(path), canonical.read_bytes(path)
    parse = _parse_json if path.suffix.lower() == ".json" else strict_yaml.parse
    document = parse(data, file=file)
    found = [*document.problems, *_violations(document.value, path)]
    if found:
        # A value that could not be read need not be told to break a rule as well.
        unread = {violation.path for violation in document.problems}
        kept = [one for one in found if one in document.problems or one.path not in unread]
        raise InvalidDataError(f"{file} does not describe workloads.", sorted(set(kept)))
    return tuple(_workload(item, path.parent) for _, item in _items(document.value))


def dataset_kind(path: Path) -> str:
    """What a file of prompts holds, by its suffix: "text", "sharegpt" or "lines".

    Raises:
        UsageError: if the suffix says neither.
    """
    try:
        return DATASETS[path.suffix.lower()]
    except KeyError:
        raise UsageError(
            f"{path} is no file of prompts.",
            hint="Give a text (.txt), ShareGPT-like conversations (.json) or one prompt a line as "
            '{"prompt": …, "output_length": …} (.jsonl).',
        ) from None


def _parse_json(data: bytes, *, file: str) -> Document:
    try:
        return Document(canonical.loads(data, file=file), ())
    except InvalidDataError as refusal:
        if refusal.parsed is None:
            raise
        return Document(cast("canonical.Json", refusal.parsed), refusal.violations)


def _violations(value: canonical.Json, path: Path) -> Iterator[Violation]:
    file = str(path)
    for error in _validator().iter_errors(value):
        for where, message in explain(error):
            yield Violation(file, where, message)
    names: set[str] = set()
    for where, item in _items(value):
        yield from (Violation(file, f"{where}.name", why) for why in _name_faults(item, names))
        yield from (Violation(file, f"{where}.dataset", why) for why in _dataset_faults(item, path))
        yield from (Violation(file, f"{where}{at}", why) for at, why in length_faults(item))


@cache
def _validator() -> Draft202012Validator:
    path = schema_path("workload_v1.schema.json")
    schema = canonical.loads(path.read_bytes(), file=path.name)
    return Draft202012Validator(cast("dict[str, canonical.Json]", schema))


def _items(value: canonical.Json) -> list[tuple[str, Mapping[str, Any]]]:
    """The JSON path and the value of every workload; those that are no object are left out."""
    if not isinstance(value, dict):
        return []
    if "workloads" not in value:
        return [("$", value)]
    listed = value["workloads"] if isinstance(value["workloads"], list) else []
    places = [(f"$.workloads[{index}]", item) for index, item in enumerate(listed)]
    return [(where, item) for where, item in places if isinstance(item, dict)]


def _name_faults(item: Mapping[str, Any], names: set[str]) -> Iterator[str]:
    """What is wrong with a name that the schema cannot say; adds it to `names`."""
    name = item.get("name")
    if not isinstance(name, str) or not name:
        return
    folded = name.casefold()
    if folded in _RESERVED:
        yield f"is the built-in name {_RESERVED[folded]}; choose another."
    if folded in names:
        yield "stands twice in this file, and results are kept by name."
    if not name.isprintable() or name.startswith((".", "-")) or name.endswith("."):
        yield "begins with a dot or dash, ends with a dot or holds what cannot be printed."
    names.add(folded)


def _dataset_faults(item: Mapping[str, Any], path: Path) -> Iterator[str]:
    dataset = item.get("dataset")
    if isinstance(dataset, str) and dataset.endswith(tuple(DATASETS)):
        try:
            there = (path.parent / dataset).is_file()
        except (OSError, ValueError):
            there = False
        if not there:
            yield f"names {dataset!a}, and there is no such file beside {path.name}."


def _workload(item: Mapping[str, Any], folder: Path) -> Workload:
    lengths = _lengths(item)
    dataset = folder / item["dataset"] if "dataset" in item else None
    answer = item.get("output_length")
    limit = item.get("max_in_flight")
    return Workload(
        name=item["name"],
        lengths=lengths,
        concurrency=int(item.get("concurrency", 1)),
        rate=float(item["rate"]) if "rate" in item else None,
        arrivals=item.get("arrivals", "poisson"),
        prompts=_prompts(item, dataset, lengths),
        dataset=dataset,
        answer=None if lengths or answer is None else int(answer),
        seed=int(item["seed"]) if "seed" in item else None,
        burstiness=float(item.get("burstiness", 1)),
        max_in_flight=None if limit is None else int(limit),
        ramp_up_s=float(item.get("ramp_up", 0)),
        shared_prefix=int(item.get("shared_prefix", 0)),
        turns=int(item.get("turns", 1)),
    )


def _prompts(item: Mapping[str, Any], dataset: Path | None, lengths: Sequence[object]) -> str:
    """A text whose prompts have no length of their own is asked line by line."""
    if dataset is None:
        return str(item.get("prompts", RANDOM))
    kind = dataset_kind(dataset)
    return LINES if kind == TEXT and not lengths else kind


def _lengths(item: Mapping[str, Any]) -> tuple[Lengths | DrawnLengths, ...]:
    """Those of a mixture, the one length, or none if the dataset has its own."""
    listed = item.get("mixture", [item] if "input_length" in item else [])
    return tuple(_length(one) for one in listed)


def _length(item: Mapping[str, Any]) -> Lengths | DrawnLengths:
    asked, answered = item["input_length"], item["output_length"]
    weight = float(item.get("weight", 1.0))
    if isinstance(asked, dict) or isinstance(answered, dict):
        return DrawnLengths(_range(asked), _range(answered), weight)
    return Lengths(int(asked), int(answered), weight)


def _range(value: Any) -> Range:  # noqa: ANN401 - checked JSON
    if not isinstance(value, dict):
        return Range(int(value), int(value))
    mean = value.get("mean")
    return Range(int(value["min"]), int(value["max"]), mean, float(value.get("std", 0)))
