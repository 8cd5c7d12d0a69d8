"""The release workflow, run on a repository with a bare remote; only `gh` is a stand-in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.action.harness.checkout import checkout
from tests.action.harness.runner import Runner
from tests.action.world import ROOT, git, this_python

if TYPE_CHECKING:
    from pathlib import Path

    from tests.action.harness.reports import Result

REPOSITORY = "octocat/benchmark"
SCRIPT = ".github/scripts/release_notes.py"
WORKFLOW = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
CHANGELOG = """# Changelog

## [Unreleased]

## [{version}] - 2026-11-25

### Added

- What is new in {version}.

## [0.9.0] - 2026-01-01

- What was new then.

[{version}]: https://example.org
"""
NOTES = "### Added\n\n- What is new in {version}.\n"
GH = """#!/bin/sh
echo "$GH_TOKEN: $*" >> "$RELEASES/log"
case "$2" in
  view) test -e "$RELEASES/$3" ;;
  create) test "$4" = --verify-tag && test ! -e "$RELEASES/$3" && cp "$8" "$RELEASES/$3" ;;
esac
"""


class Project:
    """A repository whose tags are released.

    Attributes:
        remote: the bare repository.
        releases: the notes of each release in a file of its tag's name.
    """

    def __init__(self, folder: Path) -> None:
        """Make the repository, and a machine with `gh`."""
        self.remote, self.releases, programs = (
            folder / name for name in ("remote.git", "releases", "programs")
        )
        for path in (self.remote, self.releases, programs):
            path.mkdir()
        git(self.remote, "init", "--quiet", "--bare", "--initial-branch=main")
        (programs / "gh").write_text(GH, encoding="utf-8")
        (programs / "gh").chmod(0o755)
        stubs = {
            "actions/checkout": checkout({REPOSITORY: self.remote}),
            "actions/setup-python": this_python,
        }
        told = {"RELEASES": str(self.releases)}
        self._runner = Runner(folder, uses=stubs, repository=REPOSITORY, environment=told)
        self._runner.environment["PATH"] = f"{programs}:{self._runner.environment['PATH']}"

    def tag(self, tag: str, version: str = "", changelog: str = CHANGELOG) -> str:
        """Push a commit with this version and an annotated tag on it; the commit's id."""
        named = version or tag.removeprefix("v")
        files = {
            "benchmark/__init__.py": f'"""Measure."""\n\n__version__ = "{named}"\n',
            "CHANGELOG.md": changelog.format(version=named),
            SCRIPT: (ROOT / SCRIPT).read_text(encoding="utf-8"),
        }
        who = "Someone <someone@example.org> 1 +0000"
        stream = f"commit refs/heads/main\ncommitter {who}\ndata 4\nwork\ndeleteall\n"
        for name, text in files.items():
            stream += f"M 644 inline {name}\ndata {len(text.encode())}\n{text}\n"
        stream += f"tag {tag}\nfrom refs/heads/main\ntagger {who}\ndata 0\n"
        git(self.remote, "fast-import", "--quiet", "--force", stdin=stream.encode())
        return self.commit_of(tag)

    def release(self, tag: str) -> Result:
        """Run the workflow for a tag, on a new machine."""
        self._runner.clear_workspace()
        return self._runner.job(WORKFLOW, "release", ref=f"refs/tags/{tag}")

    def commit_of(self, tag: str) -> str:
        """The commit that a tag is on; empty without such a tag."""
        return git(self.remote, "for-each-ref", f"refs/tags/{tag}", "--format=%(objectname)") and (
            git(self.remote, "rev-parse", f"refs/tags/{tag}^{{commit}}")
        )

    def notes(self, tag: str) -> str:
        """The notes of a release."""
        return (self.releases / tag).read_text(encoding="utf-8")

    def released(self) -> list[str]:
        """The tags that have a release."""
        return sorted(file.name for file in self.releases.iterdir() if file.name != "log")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A repository without a tag."""
    return Project(tmp_path)


def test_a_tag_becomes_a_release_with_its_notes_and_moves_the_major_tag(project: Project) -> None:
    """By the job's own token, and nothing but contents may be written."""
    commit = project.tag("v1.2.0")
    done = project.release("v1.2.0")
    assert done.outcome == "success", done.log
    assert project.notes("v1.2.0") == NOTES.format(version="1.2.0")
    assert project.commit_of("v1") == commit
    log = (project.releases / "log").read_text(encoding="utf-8")
    assert "ghs_0123456789abcdef: release create v1.2.0 --verify-tag --title v1.2.0" in log
    assert done.permissions == {"contents": "write"}


def test_the_major_tag_follows_the_next_release(project: Project) -> None:
    """Numbers are compared as numbers, and other major versions do not count."""
    project.tag("v1.9.0")
    project.release("v1.9.0")
    other = project.tag("v2.0.0")
    project.release("v2.0.0")
    commit = project.tag("v1.10.0")
    done = project.release("v1.10.0")
    assert done.outcome == "success", done.log
    assert (project.commit_of("v1"), project.commit_of("v2")) == (commit, other)


def test_a_mend_of_an_older_version_does_not_take_callers_back(project: Project) -> None:
    """It is released, and the log says why the major tag stays."""
    commit = project.tag("v1.2.0")
    project.release("v1.2.0")
    project.tag("v1.1.9")
    done = project.release("v1.1.9")
    assert done.outcome == "success", done.log
    assert project.released() == ["v1.1.9", "v1.2.0"]
    assert project.commit_of("v1") == commit
    [notice] = done.annotations
    assert notice.message == "v1 stays where it is: v1.2.0 is higher than v1.1.9."


def test_tags_that_are_no_releases_do_not_count(project: Project) -> None:
    """Release candidates, other schemes, and a version that only begins alike."""
    for tag in ("v1.3.0-rc1", "v1.9", "v1.2.3.4", "v10.0.0", "v1.x.y"):
        project.tag(tag)
    commit = project.tag("v1.2.3")
    assert project.release("v1.2.3").outcome == "success"
    assert project.commit_of("v1") == commit


def test_a_release_that_is_there_is_left_as_it_is(project: Project) -> None:
    """A run that failed half-way is run again; notes that somebody corrected stay."""
    commit = project.tag("v1.0.0")
    (project.releases / "v1.0.0").write_text("By hand.\n", encoding="utf-8")
    for _ in range(2):
        done = project.release("v1.0.0")
        assert done.outcome == "success", done.log
    assert project.notes("v1.0.0") == "By hand.\n"
    assert project.commit_of("v1") == commit


@pytest.mark.parametrize(
    ("version", "changelog", "says"),
    [
        ("1.2.1", CHANGELOG, "The tag is v1.2.0, but benchmark/__init__.py says 1.2.1."),
        ("1.2.0", "# Changelog\n\n## [1.2.00]\n\n- x\n", "nothing under `## [1.2.0]`"),
        ("1.2.0", "## [1.2.0]\n\n## [1.1.0]\n\n- x\n", "nothing under `## [1.2.0]`"),
    ],
    ids=["another version", "no section", "an empty section"],
)
def test_a_tag_that_is_not_ready_releases_nothing(
    project: Project, version: str, changelog: str, says: str
) -> None:
    """It says what is missing, before anything can be seen outside."""
    project.tag("v1.2.0", version, changelog)
    done = project.release("v1.2.0")
    assert done.outcome == "failure"
    assert says in done.log
    assert "Delete the tag" in done.log
    assert (project.released(), project.commit_of("v1")) == ([], "")


def test_a_release_that_cannot_be_made_does_not_move_the_major_tag(project: Project) -> None:
    """Callers get what is announced, or what they had."""
    project.tag("v1.2.0")
    shutil.rmtree(project.releases)
    done = project.release("v1.2.0")
    assert (done.outcome, project.commit_of("v1")) == ("failure", "")


@pytest.mark.parametrize(
    "heading", ["## [1.0.0] - 2026-11-25", "## [1.0.0]", "## 1.0.0", "## 1.0.0 (November)"]
)
@pytest.mark.parametrize("end", ["", "\n## [0.9.0]\n\n- old\n", "\n[1.0.0]: https://x\n"])
def test_notes_are_one_section_without_its_heading(tmp_path: Path, heading: str, end: str) -> None:
    """Up to the next one, or to the links at the end; a link inside the text stays."""
    (tmp_path / "benchmark").mkdir()
    (tmp_path / "benchmark" / "__init__.py").write_text('__version__ = "1.0.0"\n', encoding="utf-8")
    body = "### Fixed\n\n- A [link](https://y), ünïcode.\n"
    text = f"# Changelog\n\n## [1.0.01]\n\n- no\n\n{heading}\n\n{body}{end}"
    (tmp_path / "CHANGELOG.md").write_text(text, encoding="utf-8")
    argv = [sys.executable, "-I", str(ROOT / SCRIPT), "v1.0.0"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode() == body
