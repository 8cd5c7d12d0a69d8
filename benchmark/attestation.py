"""Build attestations of runs: a CI service signed that one of its jobs produced a run.

The run id is the sha-256 of the entry's canonical JSON, so it is the digest of an attestation's
subject as it stands. An entry cannot carry its own attestation, for that would make it another run;
so whoever has verified one adds a line to a file of the dataset, which is append-only and has no
part in the leaderboards. The line tells where to look: anybody can verify it again.

An attestation says which workflow a run came from, at which commit and on which runner. It does not
say that the figures are true: a workflow can hand on what it likes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, cast

from benchmark import canonical
from benchmark.entry import RunId
from benchmark.errors import InvalidDataError, Violation
from benchmark.leaderboard import decode_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmark.canonical import Json

ATTESTATIONS = "attestations.jsonl"

_CERTIFIED = ("sourceRepositoryURI", "buildSignerURI", "runInvocationURI", "runnerEnvironment")
_RUN_ID = re.compile(r"[0-9a-f]{64}")


class Attestation(NamedTuple):
    """What somebody verified of a run.

    Attributes:
        run_id: the run.
        repository: URL of the repository whose workflow it was.
        workflow: URL of the workflow at its ref.
        job: URL of the workflow's run.
        runner: `github-hosted` or `self-hosted`.
        by: who verified it.
        at: when, ISO 8601 in UTC.
    """

    run_id: RunId
    repository: str
    workflow: str
    job: str
    runner: str
    by: str
    at: str


class Signed(NamedTuple):
    """What the certificate of a verified attestation says; see `Attestation`."""

    repository: str
    workflow: str
    job: str
    runner: str


def signed_of(answer: Json, run_id: RunId) -> list[Signed]:
    """What `gh attestation verify --format json` has verified of a run; each job once, sorted.

    The certificate's fields are those of https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
    as sigstore-go writes them; what the signed statement says besides is not believed.
    """
    results = answer if isinstance(answer, list) else []
    found = {_signed(_at(one, "verificationResult"), run_id) for one in results}
    return sorted(one for one in found if one is not None)


def _signed(result: Json, run_id: RunId) -> Signed | None:
    """None if it is of something else, or does not say by whom."""
    subjects = _at(result, "statement", "subject")
    known = subjects if isinstance(subjects, list) else []
    digests = [_at(one, "digest", "sha256") for one in known]
    certificate = [_at(result, "signature", "certificate", name) for name in _CERTIFIED]
    texts = [text for text in certificate if isinstance(text, str)]
    return Signed(*texts) if run_id in digests and len(texts) == len(_CERTIFIED) else None


def _at(value: Json, *names: str) -> Json:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def encode_attestations(attestations: Iterable[Attestation]) -> bytes:
    """As a file, sorted; the same attestations are the same bytes."""
    rows = (cast("Json", attestation._asdict()) for attestation in sorted(attestations))
    return b"".join(canonical.dumps(row) + b"\n" for row in rows)


def decode_attestations(data: bytes) -> frozenset[Attestation]:
    """What attestations.jsonl says.

    Raises:
        InvalidDataError: if a line of it cannot be read.
    """
    return frozenset(map(_attestation, decode_lines(data, file=ATTESTATIONS)))


def _attestation(row: Mapping[str, Json]) -> Attestation:
    names = Attestation._fields
    texts = [row.get(name) for name in names]
    are_texts = row.keys() == set(names) and all(isinstance(text, str) for text in texts)
    if not are_texts or not _RUN_ID.fullmatch(cast("str", texts[0])):
        message = f"is no attestation: a run id and {', '.join(names[1:])}, each a string."
        problem = Violation(ATTESTATIONS, "$", message)
        raise InvalidDataError(f"{ATTESTATIONS} cannot be read.", [problem])
    run_id, *others = cast("list[str]", texts)
    return Attestation(RunId(run_id), *others)
