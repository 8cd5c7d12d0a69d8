"""What the Action does once it is installed: one of the verbs, told by the Action's inputs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark import i18n
from benchmark.action import credentials, inputs
from benchmark.commands import aggregate, check, page, publish
from benchmark.commands.common import DEFAULT_REPO
from benchmark.commands.github import github_errors
from benchmark.errors import InvalidDataError, UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from benchmark.action.inputs import Inputs

_VERBS = {"aggregate": aggregate.command, "check": check.command, "publish": publish.command}


@click.command("action")
def command() -> int:
    """Do what the Action's inputs ask for: they are in INPUT_*, secrets in HF_TOKEN, PUSH_TOKEN."""
    language = os.environ.get(inputs.variable("lang"), "").strip()
    if language not in i18n.LANGUAGES:
        language = i18n.language_of(os.environ)
    with github_errors(i18n.translator(language)):
        given = inputs.read(os.environ)
        for name in ("data-dir", "outputs", "against", "page-dir"):
            _stay_in_workspace(name, given)
        words = [*inputs.words(given), *_subjects(given)]
        repo = given.get("hf-repo", DEFAULT_REPO)
        os.environ.update(credentials.trusted_publisher(os.environ, repo))
        # A job that measures may keep the client off the network; here it is to go there.
        os.environ.pop("HF_HUB_OFFLINE", None)
    verb = inputs.verb(given)
    code = int(_VERBS[verb].main(words, prog_name=verb, standalone_mode=False) or 0)
    # With a rejected file the good ones are published all the same.
    if code in {0, InvalidDataError.exit_code}:
        with github_errors(i18n.translator(language)):
            _make_page(given)
    return code


def _make_page(given: Inputs) -> None:
    """The page of what the dataset holds now, where one is asked for."""
    if words := inputs.page_words(given):
        Path(given.get("page-dir", inputs.PAGE_DIR)).mkdir(parents=True, exist_ok=True)
        page.command.main(words, prog_name="page", standalone_mode=False)


def _subjects(given: Inputs) -> list[str]:
    """Where the run ids go that the next step attests; outside the workspace, in no commit.

    Raises:
        PermissionDeniedError: if they could not be attested.
    """
    if not inputs.attests(given):
        return []
    credentials.require_id_token(os.environ)
    return [f"--subjects={Path(os.environ['RUNNER_TEMP']) / 'sagellm-benchmark-run-ids.txt'}"]


def _stay_in_workspace(name: str, given: Inputs) -> None:
    """A folder in a contributor's commit may be a link to anywhere on this machine.

    Raises:
        UsageError: if it is.
    """
    workspace = os.path.realpath(os.environ.get("GITHUB_WORKSPACE") or ".")
    folder = Path(given.get(name, "."))
    # Not by Path.resolve, to which a link that leads to itself is an error of ours.
    leads_to = Path(os.path.realpath(folder))
    if not leads_to.is_relative_to(workspace):
        raise UsageError(
            f"The input {name} leads out of the workspace: {folder} is {leads_to}.",
            hint=N_("Name a folder in the checkout that is no symbolic link out of it."),
        )
