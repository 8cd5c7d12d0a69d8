"""Which versions a server's own environment has, found by its command alone."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

import pytest

from benchmark.measure.endpoint.versions import Installed, installed
from tests.support import sagellm_installed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="scripts have no first line there")

PLAIN = "#!{python}"
IN_SH = "#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''"


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A command in an environment whose path has a blank."""
    return sagellm_installed.make(tmp_path_factory.mktemp("its own environment"))


def with_first_line(command: Path, line: str) -> Path:
    """The command, outside of any environment."""
    script = command.parents[1] / f"script-{len(line)}" / "sagellm"
    script.parent.mkdir(exist_ok=True)
    first = line.format(python=command.parent / "python")
    script.write_text(f"{first}\n# what follows does not matter\n", encoding="utf-8")
    script.chmod(0o755)
    return script


@pytest.mark.parametrize("line", [PLAIN, IN_SH])
def test_a_script_says_which_python_it_is_of(command: Path, line: str) -> None:
    """As pip, pipx and uv write it: a long path, or one with a blank, stands in a line of sh."""
    found = installed("sagellm", str(with_first_line(command, line)))
    assert found.version == "0.5.4.70"
    assert found.components == {"core": "0.5.4.26", "kv_cache": "0.5.4.15"}
    assert found.tools == {"python": platform.python_version()}


def test_a_link_to_a_command_is_of_the_environment_it_leads_to(
    command: Path, tmp_path: Path
) -> None:
    """Where pipx puts it there is no Python."""
    link = tmp_path / "sagellm"
    link.symlink_to(with_first_line(command, PLAIN))
    assert installed("sagellm", str(link)).version == "0.5.4.70"


@pytest.mark.parametrize("line", ["#!/bin/sh", "#!/nowhere/python3", "", "#!" + "/x" * 3000])
def test_a_program_of_which_nothing_is_known_has_no_versions(command: Path, line: str) -> None:
    """A shell script, a Python that is gone, a program without a first line."""
    assert installed("sagellm", str(with_first_line(command, line))) == Installed()
    assert installed("sagellm", "no-such-program") == Installed()
