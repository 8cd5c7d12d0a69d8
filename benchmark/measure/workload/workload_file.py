"""Own workloads from a YAML or JSON file; every violation is listed at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from jsonschema import Draft202012Validator

from benchmark import canonical
from benchmark.errors import InvalidDataError, UsageError, Violation
from benchmark.measure.workload import strict_yaml
from benchmark.measure.workload.strict_yaml import Document
from benchmark.measure.workload.violations import explain
from benchmark.measure.workload.workloads import (
    ALL,
    RANDOM,
    SHAREGPT,
    TEXT,
    WORKLOADS,
    Lengths,
    Workload,
)
from benchmark.schema import schema_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SUFFIXES = (".yaml", ".yml", ".json")
DATASETS = {".json": SHAREGPT, ".txt": TEXT}
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
    """What a file of prompts holds, by its suffix: "text" or "sharegpt".

    Raises:
        UsageError: if the suffix says neither.
    """
    try:
        return DATASETS[path.suffix.lower()]
    except KeyError:
        raise UsageError(
            f"{path} is no file of prompts.",
            hint="Give a text file (.txt), or ShareGPT-like conversations (.json).",
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
    return Workload(
        name=item["name"],
        lengths=lengths,
        concurrency=int(item.get("concurrency", 1)),
        rate=float(item["rate"]) if "rate" in item else None,
        arrivals=item.get("arrivals", "poisson"),
        prompts=dataset_kind(dataset) if dataset else item.get("prompts", RANDOM),
        dataset=dataset,
        answer=None if lengths or answer is None else int(answer),
        seed=int(item["seed"]) if "seed" in item else None,
    )


def _lengths(item: Mapping[str, Any]) -> tuple[Lengths, ...]:
    """Those of a mixture, the one length, or none if the dataset has its own."""
    listed = item.get("mixture", [item] if "input_length" in item else [])
    return tuple(
        Lengths(int(one["input_length"]), int(one["output_length"]), float(one.get("weight", 1.0)))
        for one in listed
    )
