"""A job that measures has GitHub sign what it measured, and nothing else.

That GitHub signs it, and that `gh` finds the signature again, can only be tried on GitHub.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.action.oidc import Run, oidc_issuer
from tests.support.entries import data, entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.action.harness.reports import Result
    from tests.action.world import World

MEASURED, ANOTHER = (entry({"model.name": name}) for name in ("measured", "another"))
RESULT = "outputs/cpu/m/short_001/short_leaderboard.json"
JOB = """
on: push
jobs:
  publish:
    runs-on: [self-hosted, gpu]
    permissions: {contents: read, id-token: write, attestations: write}
    steps:
      - uses: actions/checkout@v7
      - name: What `sagellm-benchmark run` leaves behind
        run: |
          mkdir -p outputs/cpu/m/short_002
          cat > outputs/cpu/m/short_002/short_leaderboard.json <<'END'
          {MEASURED}
          END
      - id: aggregate
        uses: intellistream/sagellm-benchmark@v1
        with: {mode: aggregate, attest: true, hf-repo: lab/results, endpoint: "${{ vars.HUB }}"}
""".replace("{MEASURED}", json.dumps(dict(MEASURED.data), indent=2).replace("\n", "\n" + " " * 10))


@pytest.fixture
def identity() -> Iterator[tuple[str, str]]:
    """Where a job asks for an id token."""
    with oidc_issuer(Run(), lambda: 1_800_000_000.0) as running:
        yield running.identity


def job(world: World, identity: Any, text: str = JOB) -> Result:
    """Run it."""
    return world.run(text, secrets={}, identity=identity)


def test_what_a_job_measured_is_attested_by_its_run_ids(world: World, identity: Any) -> None:
    """Which are the sha-256 of what `gh attestation verify` is given: the canonical entry."""
    world.submit(ANOTHER)
    result = job(world, identity)
    assert result.outcome == "success", result.log
    [digest] = world.attested
    assert digest == hashlib.sha256(MEASURED.canonical).hexdigest() == MEASURED.run_id
    url = "https://github.com/me/numbers/attestations/1"
    assert result.step("aggregate").outputs["attestation-url"] == url


def test_what_is_committed_is_merged_and_not_attested(world: World, identity: Any) -> None:
    """Whoever can commit a file could have any figures signed."""
    world.push({RESULT: json.dumps(data({"model.name": "forged"}))})
    result = job(world, identity)
    assert result.step("aggregate").outputs["added"] == "2"
    assert [*world.attested] == [MEASURED.run_id]
    assert f"Not attested, for it is committed and was not measured here: {RESULT}" in result.log


def test_nothing_measured_is_nothing_attested(world: World, identity: Any) -> None:
    """The step is left out, and the job goes on."""
    before, _, after = JOB.partition("      - name: What")
    result = job(world, identity, before + after[after.index("      - id: aggregate") :])
    assert (result.outcome, world.attested) == ("success", {})
    assert result.step("aggregate").outputs["attestation-url"] == ""


@pytest.mark.parametrize("attest", ["false", "''"])
def test_nothing_is_attested_unless_it_is_asked_for(world: World, attest: str) -> None:
    """And no permission is needed."""
    text = JOB.replace("attest: true", f"attest: {attest}").replace("id-token: write, ", "")
    assert job(world, None, text).outcome == "success"
    assert world.attested == {}


def test_a_job_that_may_not_attest_is_told_before_it_starts(world: World) -> None:
    """With what to configure."""
    result = job(world, None, JOB.replace("id-token: write, ", ""))
    assert (result.outcome, world.attested) == ("failure", {})
    [told] = [it.message for it in result.annotations if it.title]
    assert "permissions: {id-token: write, attestations: write}" in told


def test_only_what_was_measured_can_be_attested(world: World, identity: Any) -> None:
    """Publishing says nothing of where results come from."""
    result = job(world, identity, JOB.replace("mode: aggregate", "mode: publish"))
    [told] = [it.message for it in result.annotations if it.title]
    assert "The input attest goes with mode aggregate" in told
    assert world.attested == {}
