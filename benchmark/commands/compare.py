"""`sagellm-benchmark compare`: two runs, or two sets of runs, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark.commands.common import Output, output_options
from benchmark.commands.files import entries_of
from benchmark.comparison import Pair, compare
from benchmark.labels import labels_of
from benchmark.markdown import number
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.canonical import Json

_PATH = click.Path(path_type=Path)


@click.command("compare", short_help="Compare two runs or two sets of runs.")
@click.argument("before", type=_PATH)
@click.argument("after", type=_PATH)
@output_options
def command(*, before: Path, after: Path, as_json: bool, lang: str) -> None:
    """Compare the runs in BEFORE with those in AFTER: files, or folders of them.

    Runs of one configuration are compared; two single runs always are, whatever differs.
    """
    output = Output(as_json, lang)
    pairs = compare(entries_of([before]), entries_of([after]))
    labels = labels_of(pair.after for pair in pairs)
    for pair in pairs:
        output.say(_lines(pair, labels[pair.after.config_key]))
    if not pairs:
        output.say([output.translate("No configuration is in both.")])
    output.result({"pairs": [_json(pair, labels[pair.after.config_key]) for pair in pairs]})


def _lines(pair: Pair, label: str) -> Iterator[str]:
    yield label
    for run in (pair.before, pair.after):
        verdict = run.verdict
        if verdict.reasons:
            yield f"  ⚠ {verdict.kind}: {run.run_id[:12]}: {one_line(verdict.reasons[0].text)}"
    for name, (old, new) in pair.configuration.items():
        yield f"  ≠ {name}: {old} → {new}"
    for name, (before, after) in pair.metrics.items():
        change = f" ({(after - before) / before:+.1%})" if before else ""
        yield f"  {name}: {number(before)} → {number(after)}{change}"


def _json(pair: Pair, label: str) -> Json:
    return {
        "label": label,
        "verdicts": [pair.before.verdict.kind, pair.after.verdict.kind],
        "run_ids": [pair.before.run_id, pair.after.run_id],
        "configuration": {name: [*values] for name, values in pair.configuration.items()},
        "metrics": {name: [*values] for name, values in pair.metrics.items()},
    }
