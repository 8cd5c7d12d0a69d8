"""`sagellm-benchmark compare`: runs side by side, and whether they differ by more than chance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark.commands.common import Output, dataset_options, format_option, output_options
from benchmark.commands.contrast_lines import (
    VERDICTS,
    alone_lines,
    contrasts_lines,
    in_order,
    method,
)
from benchmark.commands.parameters import Confidence
from benchmark.commands.progress import COMPARING, READING, watching
from benchmark.commands.sides import Sides, across_option
from benchmark.contrast import contrast, contrast_json
from benchmark.errors import REGRESSION
from benchmark.labels import labels_of
from benchmark.markdown import contrast_table
from benchmark.matches import match
from benchmark.significance import WORSE
from benchmark.text import code_span, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    from benchmark.canonical import Json
    from benchmark.commands.sides import Side
    from benchmark.contrast import Contrast
    from benchmark.entry import ConfigKey, Entry
    from benchmark.matches import Matches
    from benchmark.watch import Watch

    Labels: TypeAlias = Mapping[ConfigKey, str]
    Found: TypeAlias = tuple[Side, Matches, Sequence[Contrast]]

_LONGEST_NAME = 100
_PATH = click.Path(path_type=Path, exists=True)


@click.command("compare", short_help="Compare runs, and judge what differs.")
@click.argument("before", metavar="A")
@click.argument("others", metavar="B…", nargs=-1, required=True)
@click.option(
    "--among", multiple=True, type=_PATH,
    help="Files or folders where run ids and engines are looked up, instead of the dataset.",
)  # fmt: skip
@across_option
@click.option(
    "--confidence", type=Confidence(), default="95%", show_default=True,
    help="Of each figure's interval.",
)  # fmt: skip
@format_option
@dataset_options
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    before: str,
    others: tuple[str, ...],
    among: tuple[Path, ...],
    across: tuple[str, ...],
    confidence: float,
    form: str,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    as_json: bool,
    lang: str,
) -> int:
    """Compare A with each B: which figures are better, worse, or differ by no more than chance.

    Each is a result file or a folder of them, a run id (its first 8 digits or more), an engine with
    or without its version (vllm, 'vllm 0.11.0'), or a revision of the dataset. Runs of one
    configuration are compared; two single runs always are, whatever differs. All runs of a
    configuration count, and their samples where they lie beside the result file.

    Ends with 3 if any figure is worse, with 0 if none is.
    """
    output = Output(as_json or form == "json", lang)
    with watching(output, output.translate(READING)) as watch:
        sides = Sides(hf_repo, revision, endpoint, among, watch)
        first, *more = map(sides.find, (before, *others))
    with watching(output, output.translate(COMPARING)) as watch:
        found = [_found(first, side, across, confidence, watch) for side in more]
    labels = labels_of(_shown(found))
    if form == "markdown":
        click.echo(_markdown(output, first.name, found, labels), nl=False)
    else:
        for one in found:
            output.say(_lines(output, first.name, one, labels, confidence))
        output.say([method(output.translate, confidence)])
    if output.as_json:
        output.result(_json(found, labels, confidence))
    contrasts = [one for _, _, several in found for one in several]
    return REGRESSION if any(one.verdict == WORSE for one in contrasts) else 0


def _found(
    first: Side, other: Side, across: tuple[str, ...], confidence: float, watch: Watch
) -> Found:
    """Engines are compared across engines: whoever names one asks for that."""
    matches = match(first.runs, other.runs, {*across, *first.across, *other.across})
    differing = [one for one in matches.found if not one.is_the_same]
    compared = (contrast(one, confidence) for one in differing)
    return other, matches, [*watch(compared, [one.size for one in differing])]


def _shown(found: Sequence[Found]) -> Iterator[Entry]:
    for _, matches, contrasts in found:
        yield from (one.match.after[0].entry for one in contrasts)
        yield from (*matches.only_before, *matches.only_after)


def _lines(
    output: Output, first: str, found: Found, labels: Labels, confidence: float
) -> Iterator[str]:
    _ = output.translate
    side, matches, contrasts = found
    yield f"{one_line(first)} → {one_line(side.name)}"
    yield from contrasts_lines(_, _rows(contrasts, labels), confidence)
    same = len(matches.found) - len(contrasts)
    if same:
        yield _("The same runs on both sides, configurations: {count}").format(count=same)
    elif not contrasts:
        yield _("No configuration is in both.")
    for line, entries in (
        (_("  Only before: {label}"), matches.only_before),
        (_("  Only after: {label}"), matches.only_after),
    ):
        yield from alone_lines(line, [labels[entry.config_key] for entry in entries])


def _rows(contrasts: Sequence[Contrast], labels: Labels) -> list[tuple[str, Contrast]]:
    return [(labels[one.match.after[0].entry.config_key], one) for one in contrasts]


def _markdown(output: Output, first: str, found: Sequence[Found], labels: Labels) -> str:
    """A table for each of the others, under both names where there are several."""
    tables = []
    for side, _, contrasts in found:
        rows = in_order(_rows(contrasts, labels))
        names = " → ".join(code_span(name, _LONGEST_NAME) for name in (first, side.name))
        heading = f"### {names}\n\n" if len(found) > 1 else ""
        tables.append(heading + contrast_table(output.translate, rows, VERDICTS))
    return "\n".join(tables)


def _json(found: Sequence[Found], labels: Labels, confidence: float) -> Json:
    """The object of schemas/comparison_v1.schema.json."""
    return {
        "confidence": confidence,
        "pairs": [
            {
                **contrast_json(one, labels[one.match.after[0].entry.config_key]),
                "side": number,
            }
            for number, (_, _, contrasts) in enumerate(found, 1)
            for one in contrasts
        ],
        "alone": [
            {
                "side": number,
                "before": [labels[entry.config_key] for entry in matches.only_before],
                "after": [labels[entry.config_key] for entry in matches.only_after],
            }
            for number, (_, matches, _) in enumerate(found, 1)
        ],
    }
