"""Names that promise a secret: of options, variables, fields, query parameters."""

from __future__ import annotations

import re

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_PART = re.compile(
    "apikey|auth|authkey|authorization|authtoken|bearer|cookie|cookies|cred|"
    "credential|credentials|creds|dsn|hft|jwt|key|keyfile|keypass|keys|keystore|"
    "license|login|otp|pass|passcode|passphrase|passwd|password|passwords|pat|pem|"
    "pin|private|psk|pw|pwd|sas|secret|secrets|session|sig|signature|token|userinfo|"
    "username|webhook"
)
_SECRET_PIECES = ("secret", "passw", "apikey", "credential", "token", "authori")
_COUNTED = re.compile(r"tokens|tokeni[sz]\w*|detokeni[sz]\w*")
_HARMLESS = re.compile(
    r"""
    (?: \w+_)? _TOKEN_KIND _tokens? (?: _id | _ids | _str | _map)?
    | token_ids? | return_token\w* | skip_tokens? | \w*key_value\w* | num_key\w* | key_cache\w*
    | \w*keys?_dtype | disable_\w*auth\w* | session_timeout\w* | keep_?alive\w* | \w*_parser
    """.replace(
        "_TOKEN_KIND",
        "(?:eos|bos|pad|unk|sep|cls|mask|image|audio|video|stop|special|think|first|next|last|draft"
        "|per|ignore|added|add|skip|time_per_output|max_new|num|n)",
    ),
    re.VERBOSE,
)


def is_secret_name(name: str) -> bool:
    """Whether what has this name is most likely secret: `--api-key`, `HF_TOKEN`, `dbPassword`.

    Names that count or make tokens, `max_tokens`, `tokenizer`, `eos_token_id`, are none.
    """
    parts = [part.lower() for part in _PART.findall(name)]
    if _HARMLESS.fullmatch("_".join(parts)):
        return False
    rest = [part for part in parts if not _COUNTED.fullmatch(part)]
    return any(_SECRET_PART.fullmatch(part) for part in rest) or any(
        piece in part for part in rest for piece in _SECRET_PIECES
    )
