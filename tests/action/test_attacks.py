"""What contributors write is data: nothing is forged, executed or followed, and the job goes on.

Each attack is a commit that anybody could propose; the whole Action runs on it as a runner would.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from benchmark.action import SUMMARY_LIMIT
from tests.action.world import SINGLE, World, change, commits, git, outputs
from tests.support.entries import data, run
from tests.support.publishers import dataset_hub

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tests.action.harness.reports import Result

HOSTILE = {
    "a command": "\n::set-output name=revision::forged",
    "a command after a return": "x\r::error file=README.md::forged",
    "a mask": "::add-mask::success\n::add-mask::true",
    "stopped commands": "\n::stop-commands::never\n",
    "an old command": "##[error]forged ##[set-output name=url]forged",
    "an output's end": "x\nend-\nchanged=forged\nEOF\nrevision=forged",
    "a table's end": "a | b |\n\n# Heading\n\n| c |",
    "Markdown": "[click](https://evil.example) ![i](x) **b** `c` <https://evil.example>",
    "HTML": "</td></table><script>alert(1)</script><img src=x onerror=alert(1)><!--",
    "ANSI": "\x1b[2J\x1b[31mred\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "shell": "$(touch pwned) `touch pwned` ; touch pwned | touch pwned && \"; touch pwned; '",
    "expression": "${{ secrets.TOKEN }} ${{ github.token }}",
    "right to left": "\u202egnp.exe\u202c \u200f\u2066x\u2069",
    "invisible": "\u00ad::error::forged \u200b##\u200b[error]forged \ufeff",
    "mention": "@everyone #1 GH-1 https://evil.example www.evil.example",
    "traceback": "  File \"README.md\", line 1, in forged\n    raise Forged('forged')",
    "a number of lines": "x" + "\n" * 500 + "y",
}
PLACES = ("model.name", "metadata.submitter", "metadata.notes", "hardware.chip_model", "engine")
MARKDOWN = MarkdownIt("commonmark").enable("table")


def publish(world: World, entries: list[dict[str, Any]]) -> Result:
    """Push these and let the workflow run."""
    world.push({SINGLE: json.dumps(entries)})
    return world.run()


def with_texts(world: World, texts: Iterable[str]) -> Result:
    """A run with each text in every place of an entry: in good entries, and in bad ones."""
    for number, text in enumerate(texts):
        mine = {f"metadata.{number}": number}
        good = [data({place: text, **mine}) for place in PLACES]
        bad = [data({place: text, "metrics.ttft_ms": -1, **mine}) for place in PLACES]
        world.push({
            f"hf_data/leaderboard_good{number}.json": json.dumps(good),
            f"hf_data/leaderboard_bad{number}.json": json.dumps(bad),
        })  # fmt: skip
    return world.run()


def shape(result: Result) -> list[str]:
    """The blocks of the job summary."""
    return [token.type for token in MARKDOWN.parse(result.summary)]


def marks(result: Result) -> set[tuple[str, str]]:
    """What in the lines of the job summary is more than text: links, emphasis, code, HTML."""
    tokens = [child for token in MARKDOWN.parse(result.summary) for child in token.children or []]
    return {(it.type, it.content) for it in tokens if it.type not in {"text", "text_special"}}


def counted(result: Result) -> dict[str, str]:
    """The outputs that count."""
    return {name: text for name, text in outputs(result).items() if name not in {"revision", "url"}}


def printed(result: Result) -> str:
    """What the Action printed, behind what the runner says of the step."""
    return result.step("Run").log.rpartition("##[endgroup]\n")[2]


def nothing_was_executed(world: World) -> bool:
    """No file was made where a shell would have made one."""
    return not list(world.folder.rglob("pwned"))


@pytest.fixture
def another(tmp_path: Path) -> Iterator[World]:
    """Another repository, with a Hub of its own."""
    folder = tmp_path / "another"
    with dataset_hub(folder / "hub") as hub:
        yield World(folder, hub)


def test_hostile_text_in_entries_changes_nothing_but_itself(world: World, another: World) -> None:
    """The same outputs, annotations, masks and summary as with plain words in its place."""
    plain = with_texts(another, [f"plain{number}" for number in range(len(HOSTILE))])
    result = with_texts(world, HOSTILE.values())
    assert counted(result) == counted(plain)
    assert result.masks == plain.masks
    assert [(it.level, it.title, it.file) for it in result.annotations] == [
        (it.level, it.title, it.file) for it in plain.annotations
    ]
    assert shape(result) == shape(plain)
    ours = {("html_inline", "<span>"), ("html_inline", "</span>")}
    assert marks(result) <= marks(plain) | ours
    assert not {"\x1b", "\u202e", "\u200b", "\u00ad", "\r"} & {*printed(result), *result.summary}
    assert "hf_write" not in result.log + result.summary
    assert nothing_was_executed(world)


def test_a_megabyte_of_text_is_refused_in_a_short_sentence(world: World) -> None:
    """The summary and the log do not repeat it."""
    result = publish(world, [data({"metadata.notes": "x" * 1024 * 1024})])
    assert outputs(result)["rejected"] == "1"
    assert len(result.summary) < 2000
    assert len(result.log) < 20_000


def test_a_thousand_hostile_names_leave_the_summary_below_the_limit(world: World) -> None:
    """GitHub would drop a longer one whole."""
    wide = "</details>🎉|" * 20
    result = publish(world, [data({"model.name": f"{wide}{index}"}) for index in range(1000)])
    assert result.outcome == "success", result.log
    assert len(result.summary.encode()) < SUMMARY_LIMIT
    assert "… and 800 more" in result.summary


HOSTILE_FILES = (
    "hf_data/leaderboard_a\n::error::forged.json",
    "hf_data/leaderboard_\r::add-mask::true.json",
    'hf_data/leaderboard_"$(touch pwned)`touch pwned`;.json',
    "hf_data/leaderboard_|<img src=x>**b**[c](d).json",
    "hf_data/leaderboard_\u202egnp.json",
    "hf_data/leaderboard_%0A::error::x,line=1.json",
    "hf_data/--upload-pack=touch pwned/leaderboard_x.json",
    "hf_data/leaderboard_\udcff\udcfe.json",
)


def test_hostile_file_names_are_names(world: World) -> None:
    """Good files with them are published and removed; bad ones are named in one annotation each."""
    good = {
        name: json.dumps([data({"model.name": f"m{i}"})]) for i, name in enumerate(HOSTILE_FILES)
    }
    bad = {name.replace("hf_data/", "hf_data/bad/"): "{" for name in HOSTILE_FILES}
    world.push({**good, **bad})
    result = world.run()
    assert (outputs(result)["added"], outputs(result)["cleaned"]) == ("8", "8"), result.log
    assert outputs(result)["rejected"] == "8"
    assert world.files() == {"README.md", *bad}
    ours = [it for it in result.annotations if it.title]
    assert {it.title for it in ours} == {"Rejected"}
    assert all(it.file.startswith("hf_data/bad/") for it in ours)
    assert len(ours) == 8
    assert nothing_was_executed(world)


def test_links_out_of_the_data_folder_are_not_followed(world: World, tmp_path: Path) -> None:
    """Neither a file nor a folder elsewhere on the machine is read, published or removed."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    secret = elsewhere / "leaderboard_secret.json"
    secret.write_text(json.dumps([data({"model.name": "secret"})]), encoding="utf-8")
    links = {
        "hf_data/leaderboard_link.json": str(secret),
        "hf_data/folder": str(elsewhere),
        "hf_data/leaderboard_up.json": "../README.md",
        "hf_data/leaderboard_gone.json": "nowhere",
        "hf_data/leaderboard_proc.json": "/proc/self/environ",
    }
    push_links(world, links)
    world.push({SINGLE: json.dumps([data()])})
    result = world.run()
    assert (outputs(result)["added"], outputs(result)["rejected"]) == ("1", "4")
    assert result.summary.count("is a symbolic link; submit the file itself.") == 4
    assert "secret" not in result.summary
    assert world.files() == {"README.md", *links}
    assert secret.exists()


def test_a_data_folder_that_is_a_link_out_of_the_workspace_is_refused(
    world: World, tmp_path: Path
) -> None:
    """Before anything in it is looked at."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "leaderboard_single.json").write_text(json.dumps([data()]), encoding="utf-8")
    push_links(world, {"hf_data": str(elsewhere)})
    result = world.run()
    assert result.step("Run").exit_code == 2
    assert "leads out of the workspace" in result.annotations[0].message
    assert world.hub.requests == []


def test_a_data_folder_that_is_a_link_to_itself_is_no_bug(world: World) -> None:
    """Anybody can commit one."""
    push_links(world, {"hf_data": "hf_data"})
    result = world.run()
    assert result.step("Run").exit_code == 2
    assert "is not a folder" in result.annotations[0].message


def push_links(world: World, links: dict[str, str]) -> None:
    """A contributor's commit of symbolic links."""
    head = (
        b"commit refs/heads/main\ncommitter Someone <someone@example.org> 1 +0000\ndata 4\nlink\n"
    )
    changes = b"".join(change(name, target, "120000") for name, target in links.items())
    git(world.remote, "fast-import", "--quiet", stdin=head + b"from refs/heads/main^0\n" + changes)


def test_a_folder_of_ten_thousand_files_is_published_in_one_commit(world: World) -> None:
    """And removed in one; the log and the summary stay short."""
    files = {
        f"hf_data/{index % 100}/leaderboard_{index}.json": json.dumps([dict(run(1 + index).data)])
        for index in range(10_000)
    }
    world.push(dict(files))
    result = world.run(timeout=400)
    assert result.outcome == "success", result.log[-3000:]
    assert (outputs(result)["added"], outputs(result)["skipped"]) == ("1", "9999")
    assert outputs(result)["cleaned"] == "10000"
    assert commits(world.hub) == 1
    assert world.files() == {"README.md"}
    assert len(result.log) < 50_000


def test_a_callers_own_modules_and_settings_are_left_alone(fresh: World) -> None:
    """A data pull request that adds json.py at the root must not run it, nor `benchmark/`."""
    world = fresh
    evil = "open('pwned', 'w').close(); raise SystemExit('executed')"
    names = ("json.py", "benchmark/__init__.py", "click.py", "sitecustomize.py", "hf_data/json.py")
    world.push(dict.fromkeys(names, evil))
    world.push({SINGLE: json.dumps([data()]), "pyvenv.cfg": "home = .", "pip.conf": "[install"})
    theirs = {
        "PYTHONPATH": ".", "PYTHONHOME": "/nowhere", "PYTHONSTARTUP": "json.py",
        "PYTHONWARNINGS": "error", "PYTHONOPTIMIZE": "2", "PYTHONUTF8": "0",
        "PIP_TARGET": "pwned", "PIP_USER": "1", "PIP_REQUIRE_VIRTUALENV": "1",
        "UV_PYTHON": "2.7", "VIRTUAL_ENV": "/nowhere", "HF_HUB_OFFLINE": "1",
    }  # fmt: skip
    result = world.run(env=theirs)
    assert result.outcome == "success", result.log
    assert outputs(result)["cleaned"] == "1"
    assert nothing_was_executed(world)
    assert {name: result.env_after[name] for name in theirs} == theirs
    assert result.path_after == []


@pytest.mark.parametrize("folder", ["hf_data", "hf_data/a"])
def test_a_repository_among_the_data_is_data(world: World, folder: str) -> None:
    """Git takes a folder with HEAD, objects/ and refs/ for one; its config may name programs."""
    program = f"touch {world.folder}/pwned; git-upload-pack"
    config = (
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n"
        f'[remote "origin"]\n\turl = .\n\tuploadpack = "{program}"\n'
    )
    files = {
        "HEAD": "ref: refs/heads/main\n",
        "config": config,
        "objects/.keep": "",
        "refs/.keep": "",
    }
    world.push({f"{folder}/{name}": text for name, text in files.items()})
    world.push({f"{folder}/leaderboard_single.json": json.dumps([data()])})
    result = world.run()
    assert nothing_was_executed(world)
    assert outputs(result)["cleaned"] == "1", result.log
