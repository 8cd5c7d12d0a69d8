"""`sagellm-benchmark check`: a gate that fails where something became slower."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark import gate
from benchmark.clone import Clone, is_clone
from benchmark.commands.common import (
    REPO_NAME,
    Output,
    dataset_options,
    format_option,
    on_github,
    open_store,
    output_options,
)
from benchmark.commands.contrast_lines import (
    MOST,
    VERDICTS,
    alone_lines,
    and_more,
    contrasts_lines,
    in_order,
    method,
)
from benchmark.commands.github import github_errors, github_output, tell_gate
from benchmark.commands.parameters import Confidence, Tolerance
from benchmark.commands.progress import COMPARING, READING, watching
from benchmark.commands.samples import runs_of
from benchmark.commands.sides import across_option, ranked
from benchmark.commands.written import written
from benchmark.contrast import contrast_json
from benchmark.dataset import parse
from benchmark.errors import REGRESSION, TryAgainError, UsageError
from benchmark.i18n import N_
from benchmark.labels import labels_of
from benchmark.markdown import contrast_table, gate_summary
from benchmark.significance import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.contrast import Contrast
    from benchmark.entry import ConfigKey
    from benchmark.gate import Gate
    from benchmark.significance import Evidence
    from benchmark.watch import Watch

_UNJUDGED = TryAgainError.exit_code


@click.command("check", short_help="Fail where something became slower.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--against", metavar="BASELINE",
    help="A dataset (NAMESPACE/NAME), a clone of one, or result files. Default: --hf-repo.",
)  # fmt: skip
@click.option(
    "--max-regression", type=Tolerance(), default="5%", show_default=True,
    help="What is tolerated: less throughput, or more milliseconds.",
)  # fmt: skip
@click.option(
    "--metric", "metrics", multiple=True, type=click.Choice([*METRICS]), default=[*METRICS],
    show_default=True, help="A figure to look at. Repeatable.",
)  # fmt: skip
@click.option(
    "--confidence", type=Confidence(), default="99%", show_default=True,
    help="That a check of equal runs raises no false alarm, all figures together.",
)  # fmt: skip
@across_option
@click.option(
    "--with-noisy", is_flag=True,
    help="Count runs too that say that their machine was busy with something else.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="End with 75 if anything could not be judged.")
@format_option
@dataset_options
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    paths: tuple[Path, ...],
    against: str | None,
    max_regression: float,
    metrics: tuple[str, ...],
    confidence: float,
    across: tuple[str, ...],
    with_noisy: bool,
    strict: bool,
    form: str,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    as_json: bool,
    lang: str,
) -> int:
    """Compare runs with those of the same configuration in BASELINE; fail where one is slower.

    PATHS are result files or folders of them; without any, outputs.

    Ends with 3 if a figure is worse both by more than chance explains and by more than
    --max-regression. What has no counterpart, or no samples and no interval, is named and fails
    nothing; with --strict it ends with 75. Three runs of each configuration or more on both sides
    tell much more than one.
    """
    output = github_output(Output(as_json or form == "json", lang))
    with github_errors(output.translate, hf_repo):
        with watching(output, output.translate(READING)) as watch:
            runs = _runs(paths)
            baseline = _baseline(against or hf_repo, revision, endpoint, watch)
        limits = gate.Limits(max_regression, dict.fromkeys(metrics), confidence, across, with_noisy)
        with watching(output, output.translate(COMPARING)) as watch:
            found = gate.check(baseline, runs, limits, watch)
    labels = labels_of([*(one.match.after[0].entry for one in found.contrasts), *found.new])
    rows = [(labels[one.match.after[0].entry.config_key], one) for one in found.contrasts]
    is_read = form == "markdown" or on_github()
    table = contrast_table(output.translate, in_order(rows), VERDICTS) if is_read else ""
    if form == "markdown":
        click.echo(gate_summary(output.translate, found, labels, table, max_regression), nl=False)
    else:
        output.say(_lines(output, found, rows, labels, max_regression))
    tell_gate(output.translate, found, labels, table, max_regression)
    pairs = (written(contrast_json(one, label)) for label, one in rows)
    output.result_of_many(_json(found, labels), "pairs", pairs)
    if found.regressions:
        return REGRESSION
    open_questions = found.new or found.unjudged or not found.contrasts
    return _UNJUDGED if strict and open_questions else 0


def _runs(paths: tuple[Path, ...]) -> list[Evidence]:
    """What is checked.

    Raises:
        UsageError: if there is nothing.
    """
    named = paths or (Path("outputs"),)
    runs = runs_of(named)
    if not runs:
        raise UsageError(
            f"There are no results in {', '.join(map(str, named))}.",
            hint=N_("Measure with `sagellm-benchmark run` first, or name the folder."),
        )
    return runs


def _baseline(word: str, revision: str, endpoint: str | None, watch: Watch) -> list[Evidence]:
    """Every run of it that may be ranked.

    Raises:
        UsageError: if it is neither a path nor a dataset's name.
    """
    path = Path(word)
    if path.is_dir() and is_clone(path):
        return ranked(parse(Clone(path).read(), watch=watch))
    if path.exists():
        return runs_of([path])
    if not REPO_NAME.fullmatch(word) or path.suffix == ".json":
        raise UsageError(
            f"The baseline {word} does not exist.",
            hint=N_("Name a file, a folder, or a dataset as NAMESPACE/NAME."),
        )
    return ranked(parse(open_store(word, revision, endpoint).read(), watch=watch))


def _lines(
    output: Output,
    found: Gate,
    rows: Sequence[tuple[str, Contrast]],
    labels: Mapping[ConfigKey, str],
    most: float,
) -> Iterator[str]:
    _ = output.translate
    yield from contrasts_lines(_, rows, found.confidence)
    new = [labels[entry.config_key] for entry in found.new]
    yield from alone_lines(_("No counterpart in the baseline: {label}"), new)
    if found.noisy:
        said = _("Left out, for the machine was busy with something else, runs: {count}")
        yield said.format(count=found.noisy)
    if found.contrasts:
        yield method(_, found.confidence)
    yield from _verdict(output, found, labels, most)


def _verdict(
    output: Output, found: Gate, labels: Mapping[ConfigKey, str], most: float
) -> Iterator[str]:
    """The last lines: what it comes to."""
    _ = output.translate
    for one, metric in found.regressions[:MOST]:
        said = _("❌ {metric} of {label} is worse by {share:.1%}; tolerated: {most:.4g} %.")
        label = labels[one.match.after[0].entry.config_key]
        share = one.judged[metric].regression
        yield said.format(metric=metric, label=label, share=share, most=100 * most)
    yield from and_more(_, len(found.regressions) - MOST)
    if not found.regressions:
        said = _("⚠ Nothing could be judged, so this tells nothing. Not judged: {rest}.")
        if found.judged:
            said = _("✅ No regression. Judged: {judged}, not judged: {rest}.")
        yield said.format(judged=found.judged, rest=len(found.unjudged) + len(found.new))


def _json(found: Gate, labels: Mapping[ConfigKey, str]) -> dict[str, Json]:
    """The object of schemas/check_v1.schema.json, but for its pairs."""
    return {
        "regressions": [
            {
                "label": labels[one.match.after[0].entry.config_key],
                "metric": metric,
                "regression": one.judged[metric].regression,
            }
            for one, metric in found.regressions
        ],
        "confidence": found.confidence,
        "noisy": found.noisy,
        "no_counterpart": [labels[entry.config_key] for entry in found.new],
        "not_judged": [labels[one.match.after[0].entry.config_key] for one in found.unjudged],
    }
