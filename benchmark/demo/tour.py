"""The steps of the demo, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.dataset import BOARD_FILES, board_of
from benchmark.demo import contributor, generated
from benchmark.demo.contributor import PUBLISH, Contributor
from benchmark.demo.ending import look
from benchmark.demo.hub import REPO, commits_seen, start_hub
from benchmark.demo.stage import PROGRAMS, TOOL
from benchmark.leaderboard import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.demo.model import Choice
    from benchmark.demo.stage import Stage
    from benchmark.entry import Entry

STEPS = 8

_YOU, _OTHERS, _OPERATOR = "you", ("mei", "tomas"), "operator"
_REPEATS = 3
_MOST_SECONDS = 30


def play(stage: Stage, measuring: Stage, model: Choice) -> None:
    """Play the whole demo; everything is checked at the end.

    Args:
        stage: where it plays.
        measuring: the same with the environment in which the model is measured.
        model: what to measure.

    Raises:
        BenchmarkError: at the first step that fails, or if any result is not there in the end.
    """
    you, *others = everybody = [_contributor(stage, name) for name in (_YOU, *_OTHERS)]
    operator, before = _contributor(stage, _OPERATOR), generated.leaderboard()
    connected = _start(stage, [*everybody, operator])
    _fill(connected, operator, before)
    _make_repositories(connected, everybody)
    _measure(measuring, you, model)
    _aggregate(connected, you)
    _push(connected, you, others)
    _publish(connected, everybody)
    look(connected, everybody, before)


def _contributor(stage: Stage, name: str) -> Contributor:
    return Contributor(name, stage.folder / name, token=f"demo-token-of-{name}")


def _start(stage: Stage, writers: Sequence[Contributor]) -> Stage:
    _ = stage.translate
    with stage.screen.step(_("Start an embedded Hub, on this machine alone")):
        stage.screen.command(f'export PATH="{PROGRAMS}:$PATH"')
        endpoint = start_hub(stage, writers)
        stage.screen.command(f"export HF_ENDPOINT={endpoint} HF_REPO={REPO}")
    return stage.with_env(HF_ENDPOINT=endpoint, HF_REPO=REPO)


def _fill(stage: Stage, operator: Contributor, entries: Sequence[Entry]) -> None:
    _ = stage.translate
    with stage.screen.step(_("Give it a leaderboard to start from")):
        canonical.write_all_atomic({
            operator.runner / "hf_data" / file: encode(
                entry for entry in entries if board_of(entry) == name
            )
            for name, file in BOARD_FILES.items()
        })  # fmt: skip
        text = _("{count} entries, generated for the demo, which each of them says")
        stage.screen.output(text.format(count=len(entries)))
        argv, token = [TOOL, "publish"], {"HF_TOKEN": operator.token}
        stage.screen.command(stage.typed(argv, operator.runner, **token))
        stage.with_env(**token).run(*argv, cwd=operator.runner, show=False)
        stage.screen.output(commits_seen(stage)[-1])


def _make_repositories(stage: Stage, everybody: Sequence[Contributor]) -> None:
    _ = stage.translate
    with stage.screen.step(_("Make three contributors, each with a git repository and a remote")):
        for who in everybody:
            contributor.make_repository(stage, who)
            stage.screen.output(f"{who.name:<6} {who.work}  →  {who.remote}")


def _measure(stage: Stage, you: Contributor, model: Choice) -> None:
    _ = stage.translate
    with stage.screen.step(_("Measure a model on this machine's CPU; this takes the longest")):
        stage.screen.output(model.reason)
        stage.run(
            TOOL, "run", *model.options, "--backend", "cpu", "--workload", "short",
            "--repeats", str(_REPEATS), "--max-time", str(_MOST_SECONDS), "--submitter", you.name,
            cwd=you.work,
        )  # fmt: skip


def _aggregate(stage: Stage, you: Contributor) -> None:
    _ = stage.translate
    with stage.screen.step(_("Merge the result with the public leaderboard; no token is needed")):
        stage.run(TOOL, "aggregate", cwd=you.work)


def _push(stage: Stage, you: Contributor, others: Sequence[Contributor]) -> None:
    _ = stage.translate
    with stage.screen.step(_("Push it; the two others do the same with theirs")):
        contributor.commit_and_push(stage, you, "hf_data", "feat: add benchmark results")
        for who, entry in zip(others, generated.contributions(*_OTHERS), strict=True):
            contributor.put_result(who, entry)
            stage.run(TOOL, "aggregate", cwd=who.work, show=False)
            contributor.commit_and_push(stage, who, "hf_data", "feat: add results", show=False)
            stage.screen.output(f"{who.name:<6} {entry.label}")


def _publish(stage: Stage, everybody: Sequence[Contributor]) -> None:
    _ = stage.translate
    with stage.screen.step(_("Publish all three at the same moment, as the Action does")):
        for who in everybody:
            contributor.check_out(stage, who)
        for who in everybody:
            typed = stage.typed([TOOL, *PUBLISH], who.runner, HF_TOKEN=who.token)
            stage.screen.command(f"{typed} &")
        before = len(commits_seen(stage))
        contributor.publish_together(stage, everybody)
        stage.screen.output(_("What the Hub answered (412: somebody was first, merge again):"))
        for line in commits_seen(stage)[before:]:
            stage.screen.output(line, by="hub")
