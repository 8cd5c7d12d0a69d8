"""What became of the client's tests, as a table, as figures, and as a list of what is wrong."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.bench.table import markdown
from tests.conformance.exclusions import reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.conformance.suite import Result

_HEADER = ("huggingface_hub", "hf-xet", "ask the Hub", "pass", "fail", "excluded", "skipped")


def wrong(result: Result) -> Iterator[str]:
    """Whatever must not be: failures, and lists that are no longer true."""
    if not result.tests:
        yield f"{result.client}: no test was run"
    for name in result.unknown:
        yield f"{result.client}: excluded, but there is no such test: {name}"
    for test in result.tests:
        if test["outcome"] == "failed":
            yield f"{result.client}: {test['name']} fails: {test['why']}"
        elif test["outcome"] == "xpassed":
            yield f"{result.client}: {test['name']} is excluded, but passes"


def figures(result: Result) -> dict[str, Any]:
    """The numbers of one client, and every test that was left out, with the reason.

    `asked` counts the tests during which the Hub had a request, apart from excluded ones.
    """
    excluded: dict[str, list[str]] = {}
    for test in result.tests:
        if test["excluded"]:
            excluded.setdefault(test["excluded"], []).append(test["name"])
    asked = [test for test in result.tests if test["requests"] and not test["excluded"]]
    done = Counter(test["outcome"] for test in asked)
    skipped = {
        test["name"]: test["why"]
        for test in result.tests
        if test["outcome"] == "skipped" and not test["excluded"]
    }
    return {
        "huggingface_hub": result.client,
        "hf_xet": result.xet,
        "asked": len(asked),
        "passed": done["passed"],
        "failed": done["failed"],
        "passed_without_a_hub": sum(
            test["outcome"] == "passed" and not test["requests"] for test in result.tests
        ),
        "excluded": {
            kind: {"why": reasons()[kind], "tests": names}
            for kind, names in sorted(excluded.items())
        },
        "files_not_run": result.files_not_run,
        "skipped_by_the_suite": skipped,
    }


def table(results: Sequence[Result]) -> str:
    """One line per client, then how many tests are excluded for which reason."""
    found = [figures(result) for result in results]
    rows = [[str(cell) for cell in _row(item)] for item in found]
    kinds = sorted({kind for item in found for kind in item["excluded"]})
    counts = [[reasons()[kind], *(str(_count(item, kind)) for item in found)] for kind in kinds]
    excluded = markdown(("excluded because", *(item["huggingface_hub"] for item in found)), counts)
    return f"{markdown(_HEADER, rows, words=2)}\n\n{excluded}\n"


def write(folder: Path, results: Sequence[Result]) -> None:
    """Keep the figures as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps([figures(result) for result in results], indent=2, ensure_ascii=False)
    (folder / "conformance.json").write_text(text + "\n", encoding="utf-8")


def _row(item: dict[str, Any]) -> list[object]:
    excluded = sum(len(group["tests"]) for group in item["excluded"].values())
    return [
        item["huggingface_hub"], item["hf_xet"], item["asked"], item["passed"], item["failed"],
        excluded, len(item["skipped_by_the_suite"]),
    ]  # fmt: skip


def _count(item: dict[str, Any], kind: str) -> int:
    return len(item["excluded"].get(kind, {"tests": []})["tests"])
