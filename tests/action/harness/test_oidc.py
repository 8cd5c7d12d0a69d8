"""The stand-in for GitHub's issuer of id tokens, and a hub that believes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.localhub.settings import HubSettings, IdTokenError
from benchmark.localhub.testing import running_hub
from tests.action.oidc import LIFETIME, Publisher, Run, TrustedPublishers, oidc_issuer
from tests.localhub.wire import REPO, ask, commit_body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub
    from tests.action.oidc import OidcIssuer

RESOURCE, HUB = f"datasets/{REPO}", "http://hub.example.org"
PUBLISHER = Publisher("lab/measurements", "main", "publish.yml")


class Clock:
    """A clock that only moves when told."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        """Unix time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The issuer's."""
    return Clock()


@pytest.fixture
def issuer(clock: Clock) -> Iterator[OidcIssuer]:
    """It vouches for a run of the publisher."""
    with oidc_issuer(Run(), clock) as running:
        yield running


def asked(issuer: OidcIssuer, bearer: str) -> Any:
    """Ask for a token as huggingface_hub does."""
    url, _ = issuer.identity
    endpoint, _, path = url.rpartition("/")
    answer = ask(
        endpoint, "GET", f"/{path}&audience=http%3A%2F%2Fhub.example.org", authorization=bearer
    )
    return answer.json.get("value", answer.status)


def exchanged(hub: RunningHub, token: str) -> Any:
    """Exchange an id token for the hub's."""
    wanted = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "subject_token": token,
        "resource": RESOURCE,
    }
    answer = ask(hub.endpoint, "POST", "/oauth/token", json.dumps(wanted).encode())
    return answer.json.get("access_token", answer.status)


def test_only_who_has_the_jobs_own_token_gets_an_id_token(issuer: OidcIssuer) -> None:
    """For the audience that it names."""
    assert asked(issuer, "Bearer other") == 401
    claims = issuer.claims(asked(issuer, f"Bearer {issuer.identity[1]}"))
    assert (claims["aud"], issuer.asked) == (HUB, [HUB])


def test_a_token_tells_of_its_run(issuer: OidcIssuer, clock: Clock) -> None:
    """Which repository, branch, workflow and event."""
    claims = issuer.claims(issuer.token(HUB))
    assert claims["sub"] == "repo:lab/measurements:ref:refs/heads/main"
    own = "lab/measurements/.github/workflows/publish.yml@refs/heads/main"
    assert claims["workflow_ref"] == claims["job_workflow_ref"] == own
    assert claims["exp"] - claims["iat"] == claims["exp"] - clock.now == LIFETIME


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (Run("some/fork"), "its repository is 'some/fork'"),
        (Run(ref="refs/heads/topic"), "its branch is 'topic'"),
        (Run(ref="refs/pull/7/merge"), "its branch is 'refs/pull/7/merge'"),
        (Run(workflow=".github/workflows/ci.yml"), "its workflow is 'ci.yml'"),
    ],
)
def test_another_run_is_refused(run: Run, words: str) -> None:
    """By the first claim that differs."""
    with oidc_issuer(run) as issuer:
        verifier = TrustedPublishers(issuer, {RESOURCE: PUBLISHER})
        with pytest.raises(IdTokenError, match=words):
            verifier.verify(issuer.token(HUB), audience=HUB, resource=RESOURCE)


def test_a_called_workflow_does_not_hide_its_caller(clock: Clock) -> None:
    """The publisher is the workflow that was started."""
    called = "lab/library/.github/workflows/called.yml@refs/tags/v1"
    with oidc_issuer(Run(called_workflow=called), clock) as issuer:
        verifier = TrustedPublishers(issuer, {RESOURCE: PUBLISHER})
        assert verifier.verify(issuer.token(HUB), audience=HUB, resource=RESOURCE) == "[OIDC]"


def test_a_token_is_for_one_hub_one_dataset_and_five_minutes(
    issuer: OidcIssuer, clock: Clock
) -> None:
    """And nobody else can make one."""
    verifier = TrustedPublishers(issuer, {RESOURCE: PUBLISHER})
    token = issuer.token(HUB)
    with pytest.raises(IdTokenError, match="it is for"):
        verifier.verify(token, audience="http://other.example.org", resource=RESOURCE)
    with pytest.raises(IdTokenError, match="no trusted publisher"):
        verifier.verify(token, audience=HUB, resource="datasets/lab/other")
    with pytest.raises(IdTokenError, match="not signed"):
        verifier.verify(f"{token[:-4]}AAAA", audience=HUB, resource=RESOURCE)
    clock.now += LIFETIME
    with pytest.raises(IdTokenError, match="expired"):
        verifier.verify(token, audience=HUB, resource=RESOURCE)


def test_a_run_publishes_to_the_hub_that_trusts_it(tmp_path: Path, issuer: OidcIssuer) -> None:
    """As huggingface_hub does; a token for another hub is refused."""
    verifier = TrustedPublishers(issuer, {RESOURCE: PUBLISHER})
    with running_hub(tmp_path, settings=HubSettings(verifier=verifier)) as hub:
        hub.create(REPO)
        assert exchanged(hub, issuer.token(HUB)) == 403
        bearer = f"Bearer {exchanged(hub, issuer.token(hub.endpoint))}"
        body = commit_body({"a.json": b"[]"})
        path = f"/api/datasets/{REPO}/commit/main"
        assert ask(hub.endpoint, "POST", path, body, authorization=bearer).status == 200
