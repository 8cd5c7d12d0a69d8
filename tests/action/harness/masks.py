"""Hiding secrets in what is shown."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote
from xml.sax.saxutils import escape


class Masks:
    """Replaces every known secret, and its usual encodings, by `***`.

    As in `SecretMasker.cs` and `ValueEncoders.cs` of https://github.com/actions/runner, leaving out
    the encodings for PowerShell and Windows command lines.
    """

    def __init__(self) -> None:
        """Know no secret."""
        self.values: list[str] = []
        self._variants: set[str] = set()

    def add(self, value: str) -> None:
        """Hide `value` and each of its lines from here on: output is looked at line by line."""
        for secret in [value, *re.split(r"[\r\n]+", value)]:
            if secret.strip() and secret not in self.values:
                self.values.append(secret)
                self._variants |= {variant for variant in _variants(secret) if variant}

    def mask(self, text: str) -> str:
        """`text` with each run of overlapping or adjacent secrets as one `***`."""
        hidden = [False] * len(text)
        for variant in self._variants:
            start = text.find(variant)
            while start >= 0:
                hidden[start : start + len(variant)] = [True] * len(variant)
                start = text.find(variant, start + 1)
        shown = "".join("\0" if hide else char for char, hide in zip(text, hidden, strict=True))
        return re.sub("\0+", "***", shown) if any(hidden) else text


def _variants(secret: str) -> set[str]:
    return {
        secret,
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe=""),
        escape(secret, {"'": "&apos;", '"': "&quot;"}),
        secret.replace("'", "''"),
        secret.strip('"'),
        *_base64(secret.encode()),
    }


def _base64(data: bytes) -> set[str]:
    """At each of the three places that text can have inside longer text that is encoded."""
    whole = base64.b64encode(data).decode()
    shifted = (base64.b64encode(data[skip:]).decode() for skip in (1, 2))
    return {whole, *(text for text in shifted if len(text) > len("abcd"))}
