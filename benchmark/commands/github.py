"""What verbs tell a GitHub runner, where one runs them: outputs, job summary, annotations."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from benchmark import action, markdown
from benchmark.action.credentials import advice
from benchmark.cleanup import Cleanup, path_in, root_of
from benchmark.commands.common import on_github
from benchmark.doubts import doubts_of, lines_of_doubts
from benchmark.errors import BenchmarkError, InvalidDataError, PermissionDeniedError, UsageError
from benchmark.i18n import told
from benchmark.report import CARD_HINT
from benchmark.submission import lines_of
from benchmark.text import number
from benchmark.verdict import IMPOSSIBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from benchmark.action import Annotation
    from benchmark.commands.common import Output
    from benchmark.entry import ConfigKey
    from benchmark.errors import Violation
    from benchmark.gate import Gate, Regression
    from benchmark.markdown import Deed
    from benchmark.submission import SubmittedFile
    from benchmark.summary import Summary


def github_output(output: Output) -> Output:
    """The output, and on a GitHub runner no line of it is taken for a command."""
    return replace(output, guard=action.inert) if on_github() else output


@contextmanager
def github_errors(translate: Callable[[str], str], repo: str = "") -> Iterator[None]:
    """On a GitHub runner, an error is an annotation too, and in the job summary.

    Args:
        translate: the translator of messages.
        repo: the dataset, for advice on who may write to it.
    """
    try:
        yield
    except click.UsageError as error:
        _tell_error(translate, UsageError(error.format_message()))
        raise
    except BenchmarkError as error:
        if isinstance(error, PermissionDeniedError) and error.writing and on_github():
            error.hint = advice(translate, os.environ, repo)
        _tell_error(translate, error)
        raise


def tell(
    output: Output,
    summary: Summary,
    deed: Deed,
    files: Sequence[SubmittedFile],
    cleaned: Cleanup = Cleanup(),  # noqa: B008 - immutable
    *,
    tolerant: bool = False,
) -> None:
    """Tell what was done: outputs, job summary, and an annotation for each thing to look at.

    Args:
        output: whose language is used.
        summary: what was done.
        deed: which kind of doing it was.
        files: what was submitted.
        cleaned: what became of it in git.
        tolerant: rejected files are warned of, not errors.
    """
    if not on_github():
        return
    lines = lines_of(files, summary.rejected)
    text = markdown.job_summary(output.translate, summary, deed, lines, cleaned)
    action.write_outputs(os.environ, action.outputs_of(summary, cleaned=len(cleaned.removed)))
    action.write_summary(os.environ, text)
    rejections = _rejections(summary, files, lines, tolerant=tolerant)
    warnings = [
        *_warnings(output.translate, cleaned),
        *_card(output.translate, summary.card_refusal),
        *_doubts(output.translate, summary, files),
    ]
    # All at once, for GitHub counts them by level; the one that is not repeated comes first.
    _annotate([*warnings, *rejections])


def tell_gate(
    _: Callable[[str], str],
    found: Gate,
    labels: Mapping[ConfigKey, str],
    table: str,
    most: float,
) -> None:
    """Tell what a check found: an annotation for each regression, and the job summary."""
    if not on_github():
        return
    text = markdown.gate_summary(_, found, labels, table, most)
    action.write_outputs(os.environ, {"regressions": str(len(found.regressions))})
    action.write_summary(os.environ, text)
    _annotate(
        [
            *(_regression(_, one, labels, most) for one in found.regressions),
            *_unjudged(_, found, labels),
        ]
    )


def _regression(
    _: Callable[[str], str],
    found: Regression,
    labels: Mapping[ConfigKey, str],
    most: float,
) -> Annotation:
    judged = found.contrast.judged[found.metric]
    said = _("{label}: {metric} {before} → {after}, worse by {share:.1%} (tolerated {most:.4g} %)")
    message = said.format(
        label=labels[found.contrast.match.after[0].entry.config_key],
        metric=found.metric,
        before=number(judged.before),
        after=number(judged.after),
        share=judged.regression,
        most=100 * most,
    )
    return action.Annotation("error", message, title=_("Regression"))


def _unjudged(
    _: Callable[[str], str], found: Gate, labels: Mapping[ConfigKey, str]
) -> Iterator[Annotation]:
    """A gate that judges nothing passes everything, which nobody wants to find out late."""
    entries = [*found.new, *(one.match.after[0].entry for one in found.unjudged)]
    if entries:
        said = _("Not judged, without a counterpart or without samples: {labels}")
        named = ", ".join(labels[entry.config_key] for entry in entries)
        yield action.Annotation("warning", said.format(labels=named), title=_("Check"))


def _rejections(
    summary: Summary,
    files: Sequence[SubmittedFile],
    lines: Mapping[Violation, int],
    *,
    tolerant: bool,
) -> Iterator[Annotation]:
    paths = {file.name: file.path for file in files}
    # GitHub knows files by their path from the repository's root, wherever that is checked out.
    root = root_of(files[0].path.parent) if files else None
    for violation in summary.rejected:
        yield action.Annotation(
            "warning" if tolerant else "error",
            f"{violation.path}: {violation.message}",
            title="Rejected",
            file=path_in(root, paths[violation.file]) if root else violation.file,
            line=lines.get(violation),
        )


def _doubts(
    translate: Callable[[str], str], summary: Summary, files: Sequence[SubmittedFile]
) -> Iterator[Annotation]:
    """What cannot be believed, on its very line."""
    runs = {entry.run_id for entry in summary.unbelieved}
    if not runs:
        return
    refused = {violation.file for violation in summary.rejected}
    good = [file for file in files if file.name not in refused]
    doubts = doubts_of(good, runs)
    lines, paths = lines_of_doubts(good, doubts), {file.name: file.path for file in good}
    root = root_of(files[0].path.parent) if doubts else None
    for kind, _, at in doubts:
        yield action.Annotation(
            "warning",
            f"{at.path}: {told(translate, at.message)}",
            title="Impossible, not ranked" if kind == IMPOSSIBLE else "Doubtful",
            file=path_in(root, paths[at.file]) if root else at.file,
            line=lines.get(at),
        )


def _warnings(translate: Callable[[str], str], cleaned: Cleanup) -> Iterator[Annotation]:
    if cleaned.warning:
        hint = translate(cleaned.hint) if cleaned.hint else ""
        message = f"{cleaned.warning}\n{hint}".strip()
        yield action.Annotation("warning", message, title="Clean-up of published files")


def _card(_: Callable[[str], str], refusal: str) -> Iterator[Annotation]:
    if refusal:
        message = f"{refusal}\n{_(CARD_HINT)}"
        yield action.Annotation("warning", message, title=_("The Hub refuses the dataset card"))


def _tell_error(translate: Callable[[str], str], error: BenchmarkError) -> None:
    if not on_github():
        return
    violations = error.violations if isinstance(error, InvalidDataError) else ()
    hint, said = told(translate, error.hint), told(translate, str(error))
    message = "\n".join([said, *map(str, violations), hint]).strip()
    action.write_summary(os.environ, markdown.failure(translate, said, hint, violations))
    _annotate([action.Annotation("error", message, title="Benchmark results")])


def _annotate(items: Iterable[Annotation]) -> None:
    for line in action.annotate(items):
        click.echo(line, err=True)
