"""Who may commit: a token, a Trusted Publisher without one, and those who may not, told early."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.action.oidc import Publisher, Run, TrustedPublishers, oidc_issuer
from tests.action.world import PUBLISH, REPOSITORY, SINGLE, VALIDATE, World, commits, outputs
from tests.support.entries import run
from tests.support.publishers import (
    READ_TOKEN,
    REPO,
    SETTINGS,
    WRITE_TOKEN,
    authorizations,
    dataset_hub,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub
    from tests.action.oidc import OidcIssuer

RESOURCE = f"datasets/{REPO}"
NO_ID_TOKENS = PUBLISH.replace(", id-token: write", "")


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    """GitHub's, for runs of the repository on its main branch."""
    with oidc_issuer(Run(REPOSITORY, workflow=".github/workflows/workflow.yml")) as running:
        yield running


def guarded(folder: Path, issuer: OidcIssuer, publisher: Publisher) -> Iterator[RunningHub]:
    """A Hub that trusts one publisher, besides the holders of its tokens."""
    verifier = TrustedPublishers(issuer, {RESOURCE: publisher})
    with dataset_hub(folder / "trusting", replace(SETTINGS, verifier=verifier)) as running:
        yield running


@pytest.fixture
def trusting(tmp_path: Path, issuer: OidcIssuer) -> Iterator[RunningHub]:
    """A Hub whose dataset has this very workflow as its Trusted Publisher."""
    yield from guarded(tmp_path, issuer, Publisher(REPOSITORY, "main", "workflow.yml"))


@pytest.fixture
def keyless(tmp_path: Path, trusting: RunningHub) -> World:
    """A repository whose workflow has no secret."""
    # The client exchanges id tokens where it was imported for.
    return World(tmp_path, trusting, python="cold")


def refused(world: World) -> str:
    """What a failure for want of permission tells, in annotation and summary alike."""
    result = world.last
    assert result.step("Run").exit_code == 77, result.log
    [annotation] = [it for it in result.annotations if it.title]
    assert result.summary.startswith("## ❌ Not done")
    assert SINGLE in world.files()
    return annotation.message


def test_a_job_without_a_secret_publishes_as_trusted_publisher(
    keyless: World, issuer: OidcIssuer
) -> None:
    """With nothing but `id-token: write`; the token it gets is masked and nowhere to be seen."""
    keyless.submit(run(100))
    result = keyless.run(secrets={}, identity=issuer.identity)
    assert result.outcome == "success", result.log
    assert keyless.speeds() == [100.0]
    assert issuer.asked == [keyless.hub.endpoint]
    assert any(mask.startswith("hf_oidc_") for mask in result.masks)
    assert "hf_oidc_" not in result.log + result.summary + str(outputs(result))


def test_the_token_is_asked_for_just_before_the_commit(keyless: World, issuer: OidcIssuer) -> None:
    """And not at all where there is nothing to commit."""
    keyless.submit(run(100))
    keyless.run(secrets={}, identity=issuer.identity)
    operations = [record.operation for record in keyless.hub.requests]
    assert operations.index("token") > operations.index("tree")
    keyless.submit(run(100))
    keyless.run(secrets={}, identity=issuer.identity)
    assert len(issuer.asked) == 1


def test_a_token_that_is_given_wins(keyless: World, issuer: OidcIssuer) -> None:
    """No id token is asked for."""
    keyless.submit(run(100))
    result = keyless.run(identity=issuer.identity)
    assert result.outcome == "success", result.log
    assert issuer.asked == []


def test_a_token_in_the_jobs_environment_is_as_good_as_the_input(world: World) -> None:
    """Many workflows have it there."""
    world.submit(run(100))
    text = NO_ID_TOKENS.replace(', hf-token: "${{ secrets.TOKEN }}"', "")
    assert world.run(text, env={"HF_TOKEN": WRITE_TOKEN}).outcome == "success"


def test_a_publisher_that_nobody_registered_is_told_what_to_register(
    tmp_path: Path, issuer: OidcIssuer
) -> None:
    """Repository, branch and workflow as they really are."""
    for hub in guarded(tmp_path, issuer, Publisher("somebody/else", "main")):
        world = World(tmp_path, hub, python="cold")
        world.submit(run(100))
        world.run(secrets={}, identity=issuer.identity)
        told = refused(world)
        assert f"repository {REPOSITORY}, branch main, workflow workflow.yml." in told
        assert commits(hub) == 0


@pytest.mark.parametrize(
    ("secret", "says"),
    [("", "without a token"), (READ_TOKEN, "this token"), ("hf_wrong_000000", "this token")],
    ids=["none", "read-only", "wrong"],
)
def test_who_may_not_write_is_told_before_anything_is_read(
    world: World, hub: RunningHub, secret: str, says: str
) -> None:
    """In words, with what to configure; the files stay."""
    world.submit(run(100))
    world.run(NO_ID_TOKENS, secrets={"TOKEN": secret} if secret else {})
    told = refused(world)
    assert says in told
    assert "`hf-token: ${{ secrets.HF_TOKEN }}`" in told
    assert "`permissions: id-token: write`" in told
    assert [record.operation for record in hub.requests] == ["auth-check"]


def test_a_wish_for_an_id_token_that_the_job_may_not_have_is_told_early(
    world: World, hub: RunningHub
) -> None:
    """HF_OIDC_RESOURCE in the environment, but no permission."""
    world.submit(run(100))
    world.run(NO_ID_TOKENS, secrets={}, env={"HF_OIDC_RESOURCE": RESOURCE})
    assert "may not have an id token" in refused(world)
    assert hub.requests == []


@pytest.mark.parametrize("workflow", [PUBLISH, VALIDATE], ids=["publish", "validate"])
def test_a_dataset_that_is_not_there_is_told_as_that(world: World, workflow: str) -> None:
    """A typo in its name is no want of a token."""
    world.submit(run(100))
    result = world.run(workflow.replace("lab/results", "lab/absent"))
    assert result.step("Run").exit_code == 77
    [annotation] = [it for it in result.annotations if it.title]
    assert "Check the dataset's name" in annotation.message
    assert "hf-token" not in annotation.message


def test_a_sweep_that_finds_nothing_needs_no_credentials(world: World) -> None:
    """There is nothing to write."""
    assert world.run(NO_ID_TOKENS, secrets={}).outcome == "success"


def test_only_writing_carries_the_token(world: World, hub: RunningHub) -> None:
    """Every read is anonymous."""
    seen = authorizations(hub)
    world.submit(run(100))
    world.run()
    carried = {operation for operation, header in seen if header}
    assert carried == {"auth-check", "preupload", "validate-yaml", "commit"}
