"""Tiers, and what views say of a result beside its figures."""

from __future__ import annotations

import pytest

from benchmark.attestation import ATTESTATIONS, Attestation, decode_attestations
from benchmark.dataset import Confirmation, Dataset, parse
from benchmark.errors import InvalidDataError
from benchmark.leaderboard import Revision, Snapshot
from benchmark.trust import tier_of, ties_among, trusts
from tests.support.entries import run
from tests.support.told import by, sure

FAST = {"metrics.tpot_ms": 0.001}


def signed(run_id: str) -> Attestation:
    """An attestation of a run."""
    where = "https://github.com/lab/ci"
    job = f"{where}/actions/runs/1/attempts/1"
    workflow = f"{where}/.github/workflows/measure.yml@refs/heads/main"
    return Attestation(run_id, where, workflow, job, "self-hosted", "lab", "2026-01-01T00:00:00Z")  # type: ignore[arg-type] # any digits


@pytest.mark.parametrize("verdict", ["doubtful", "impossible"])
@pytest.mark.parametrize("attested", [False, True])
def test_nothing_makes_up_for_a_doubt(verdict: str, attested: object) -> None:
    """A signature says where figures came from, not that they are right."""
    tier = tier_of(verdict, attested=bool(attested), reproduced=True)  # type: ignore[arg-type] # a word
    assert tier == "doubtful"


def test_the_tiers_in_their_order() -> None:
    """Signed, repeated, said, doubted; a confirmation lifts the doubt."""
    ann, bob, doubted = by("Ann"), by("Bob"), run(7, model="m")
    alone, odd = run(8, model="alone"), by("Cem", 9, **{"model.name": "odd", **FAST})
    state = Dataset().joined([ann, bob, doubted, alone, odd])
    state = state.with_attestations([signed(doubted.run_id), signed(odd.run_id)])
    found = trusts(state)
    said = {run_id: str(trust) for run_id, trust in found.items()}
    assert said == {
        ann.run_id: "reproduced by 1",
        bob.run_id: "reproduced by 1",
        doubted.run_id: "attested",
        alone.run_id: "community",
        odd.run_id: "doubtful",
    }
    word = Confirmation(odd.run_id, "we watched it", "lab", "2026-01-01")
    assert trusts(state.joined((), confirmations=[word]))[odd.run_id].tier == "attested"
    both = trusts(state.with_attestations([signed(ann.run_id)]))[ann.run_id]
    assert (both.tier, str(both)) == ("attested", "attested, reproduced by 1")


def test_what_may_not_be_ranked_has_no_tier_and_losers_have_no_place() -> None:
    """A place is the best run's."""
    best, second, zero = run(9), run(8), run(0)
    found = trusts(Dataset().joined([best, second, zero]))
    assert found.keys() == {best.run_id, second.run_id}
    assert str(found[best.run_id].place) == "1"
    assert found[second.run_id].place is None


def test_each_shared_place_is_told_once() -> None:
    """Though it is that of several rows."""
    results = [sure(100, 0.03), sure(98, 0.03), sure(50, 0.03)]
    found = trusts(Dataset().joined(results))
    [place] = ties_among(results, found)
    assert [*place.sharing] == results[:2]


def test_attestations_are_kept_by_every_change_and_refused_if_they_cannot_be_read() -> None:
    """They are lines of a file of their own, with no part in the leaderboards."""
    state = Dataset().joined([run(5)]).with_attestations([signed(run(5).run_id)])
    files = state.changes(Snapshot(Revision("a" * 40), {}), month="2026-01")
    assert decode_attestations(files[ATTESTATIONS]) == state.attestations
    snapshot = Snapshot(Revision("b" * 40), files)
    again = parse(snapshot)
    assert again.attestations == state.attestations
    assert again.boards == Dataset().joined([run(5)]).boards
    assert ATTESTATIONS not in again.joined([run(6)]).changes(snapshot, month="2026-01")
    for line in (b'{"run_id":"1"}\n', files[ATTESTATIONS].replace(b'"at"', b'"when"'), b"[]\n"):
        with pytest.raises(InvalidDataError):
            decode_attestations(line)
    other = files[ATTESTATIONS].replace(run(5).run_id.encode(), b"x")
    with pytest.raises(InvalidDataError, match="cannot be read"):
        decode_attestations(other)
