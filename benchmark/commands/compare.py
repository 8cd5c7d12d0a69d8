"""`sagellm-benchmark compare`: two runs, or two sets of runs, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark.commands.common import Output, output_options
from benchmark.commands.files import entries_of
from benchmark.comparison import Pair, compare
from benchmark.markdown import number

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
    for pair in pairs:
        output.say(_lines(pair))
    if not pairs:
        output.say([output.translate("No configuration is in both.")])
    output.result({"pairs": [_json(pair) for pair in pairs]})


def _lines(pair: Pair) -> Iterator[str]:
    yield pair.after.label
    for name, (old, new) in pair.configuration.items():
        yield f"  ≠ {name}: {old} → {new}"
    for name, (before, after) in pair.metrics.items():
        change = f" ({(after - before) / before:+.1%})" if before else ""
        yield f"  {name}: {number(before)} → {number(after)}{change}"


def _json(pair: Pair) -> Json:
    return {
        "label": pair.after.label,
        "run_ids": [pair.before.run_id, pair.after.run_id],
        "configuration": {name: [*values] for name, values in pair.configuration.items()},
        "metrics": {name: [*values] for name, values in pair.metrics.items()},
    }
