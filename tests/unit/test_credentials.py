"""How a job may commit: what makes it a Trusted Publisher, and what it is told to configure."""

from __future__ import annotations

import pytest

from benchmark.action.credentials import advice, require, trusted_publisher
from benchmark.errors import PermissionDeniedError

REPO = "lab/results"
ID_TOKENS = {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://runner.example/token"}


def test_a_job_with_id_tokens_and_no_token_is_a_trusted_publisher() -> None:
    """Of the dataset that it publishes to, or of what it names itself."""
    assert trusted_publisher(ID_TOKENS, REPO) == {"HF_OIDC_RESOURCE": "datasets/lab/results"}
    named = {**ID_TOKENS, "HF_OIDC_RESOURCE": "datasets/lab/other"}
    assert trusted_publisher(named, REPO) == {"HF_OIDC_RESOURCE": "datasets/lab/other"}


@pytest.mark.parametrize("env", [{}, {"HF_TOKEN": "hf_x"}, {**ID_TOKENS, "HF_TOKEN": "hf_x"}])
def test_a_token_wins_and_without_id_tokens_there_is_nothing_to_exchange(
    env: dict[str, str],
) -> None:
    """Nothing is set that the client would take for a wish."""
    assert trusted_publisher(env, REPO) == {}


def test_a_wish_that_cannot_be_met_is_refused() -> None:
    """Before any work, where it can be told."""
    wish = {"HF_OIDC_RESOURCE": "datasets/lab/results"}
    with pytest.raises(PermissionDeniedError, match="may not have an id token"):
        require(wish)
    for more in (ID_TOKENS, {"HF_TOKEN": "hf_x"}, {"HF_OIDC_ID_TOKEN": "jwt"}):
        require({**wish, **more})
    require({})


def test_the_advice_names_the_claims_to_register() -> None:
    """As the dataset's settings ask for them."""
    env = {
        "GITHUB_REPOSITORY": "me/numbers",
        "GITHUB_REF_NAME": "main",
        "GITHUB_WORKFLOW_REF": "me/numbers/.github/workflows/publish.yml@refs/heads/main",
    }
    text = advice(str, env, REPO)
    assert "repository me/numbers, branch main, workflow publish.yml." in text
    assert "`hf-token: ${{ secrets.HF_TOKEN }}`" in text
    assert advice(str, {}, REPO).endswith("repository ?, branch ?, workflow ?.")
