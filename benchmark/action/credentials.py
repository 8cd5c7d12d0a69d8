"""How a GitHub job may commit to a dataset: a token, or none at all as a Trusted Publisher.

https://huggingface.co/docs/hub/trusted-publishers: the Hub trusts a repository, branch and workflow
that its dataset's settings name, and gives a token for an id token that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.errors import PermissionDeniedError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OIDC_RESOURCE = "HF_OIDC_RESOURCE"
"""What huggingface_hub >= 1.19 asks a token for, instead of looking for one."""

_ID_TOKENS = "ACTIONS_ID_TOKEN_REQUEST_URL"
"""Set by the runner in jobs with `permissions: id-token: write`, and only there."""

_SECRET = "hf-token: ${{ secrets.HF_TOKEN }}"  # noqa: S105 - where people's tokens are


def trusted_publisher(env: Mapping[str, str], repo: str) -> dict[str, str]:
    """The variables that make the client a Trusted Publisher, if the job may have an id token.

    A token of Hugging Face, if there is one, wins.
    """
    if env.get("HF_TOKEN") or not env.get(_ID_TOKENS):
        return {}
    return {OIDC_RESOURCE: env.get(OIDC_RESOURCE) or f"datasets/{repo}"}


def require(env: Mapping[str, str]) -> None:
    """Fail if the job asks for a Trusted Publisher's token that it cannot get.

    Raises:
        PermissionDeniedError: there is no id token to exchange.
    """
    wants = env.get(OIDC_RESOURCE) and not env.get("HF_TOKEN")
    if wants and not (env.get(_ID_TOKENS) or env.get("HF_OIDC_ID_TOKEN")):
        raise PermissionDeniedError(
            f"{OIDC_RESOURCE} is set, but the job may not have an id token to exchange.",
            writing=True,
        )


def require_id_token(env: Mapping[str, str]) -> None:
    """Fail if the job is to attest something and may not, before it is done.

    Raises:
        PermissionDeniedError: the job may have no id token, which is what signs.
    """
    if not env.get(_ID_TOKENS):
        raise PermissionDeniedError(
            "The job is to attest its results, but may not have an id token.",
            hint=N_("Give it `permissions: {id-token: write, attestations: write}`."),
        )


def advice(translate: Callable[[str], str], env: Mapping[str, str], repo: str) -> str:
    """What to configure so that this job may write to the dataset `repo`."""
    _ = translate
    text = _(
        "Pass the Action a token that may write to {repo}: `{secret}`. Or pass none, give the job"
        " `permissions: id-token: write`, and add a Trusted Publisher in the dataset's settings:"
        " repository {repository}, branch {branch}, workflow {workflow}."
    )
    return text.format(
        repo=repo,
        secret=_SECRET,
        repository=env.get("GITHUB_REPOSITORY") or "?",
        branch=env.get("GITHUB_REF_NAME") or "?",
        workflow=_workflow_file(env.get("GITHUB_WORKFLOW_REF", "")) or "?",
    )


def _workflow_file(ref: str) -> str:
    """`owner/name/.github/workflows/publish.yml@refs/heads/main` → `publish.yml`."""
    return ref.partition("@")[0].rpartition("/")[2]
