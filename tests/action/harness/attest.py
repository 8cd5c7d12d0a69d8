"""A stand-in for actions/attest v4, which reads subjects as it does and signs nothing.

https://github.com/actions/attest/blob/v4.2.2/src/subject.ts
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.action.harness.running import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.action.harness.stub import Stub, View

_MOST = 1024
_SUBJECT = re.compile(r"([0-9a-fA-F]{64}) [ *]?(\S.*)")


def attest(attested: dict[str, str]) -> Stub:
    """Put every subject into `attested`, its name by its digest."""

    def stub(view: View, inputs: Mapping[str, str]) -> dict[str, str]:
        if not view.environment.get("ACTIONS_ID_TOKEN_REQUEST_URL"):
            raise StepError(
                'missing "id-token" permission. Please add "permissions: id-token: write" to your'
                " workflow."
            )
        lines = Path(inputs["subject-checksums"]).read_text(encoding="utf-8").splitlines()
        found = [_SUBJECT.fullmatch(line) for line in lines]
        if not found or None in found or len(found) > _MOST:
            raise StepError("Invalid or too many subjects")
        attested.update({match[1]: match[2] for match in found if match})
        url = f"https://github.com/{view.github['repository']}/attestations/1"
        return {"attestation-id": "1", "attestation-url": url}

    return stub
