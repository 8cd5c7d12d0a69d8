"""What an event of a stream brings: everything that the model generated, whatever it is called.

Servers name what is generated in many ways: `content` as a text or as a list of parts, `reasoning`,
`reasoning_content`, `thinking`, `reasoning_details`, `refusal`, `tool_calls`, `function_call`,
`audio`. So what counts is not a list of names: every text in a delta is generated, except under the
few names that are known to hold something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_GENERATED = frozenset(
    {
        *("annotations", "channel", "citations", "context", "created", "encrypted_content"),
        *("expires_at", "finish_reason", "format", "hidden_states", "id", "index", "logprobs"),
        *("matched_stop", "metadata", "mime_type", "model", "name", "object", "prompt_token_ids"),
        *("provider", "recipient", "role", "service_tier", "signature", "status", "stop_reason"),
        *("system_fingerprint", "thought_signature", "timestamp", "token_ids", "tool_call_id"),
        *("type", "usage"),
    }
)
_CALLS = frozenset({"function", "function_call", "custom"})
"""The name of a function that is called was generated, unlike that of who speaks."""

_SEALED = "encrypted"
"""Of the type of reasoning that only its provider can read: it was generated, and is not shown."""

_THOUGHTS = ("reason", "think", "thought")


class Content(NamedTuple):
    """What one event brings.

    Attributes:
        text: all that was generated, one after the other; empty if nothing was.
        thought: whether some of it is reasoning.
        tokens: how many tokens it is, None if the event does not tell.
        is_message: it is a `message` where others have a `delta`; some servers say all of it again.
    """

    text: str
    thought: bool = False
    tokens: int | None = None
    is_message: bool = False


NOTHING = Content("")


def content_of(event: dict[str, Any]) -> Content:
    """What the choices of a chat or a completion bring, or a token of TGI's own protocol."""
    choices = event.get("choices")
    if isinstance(choices, list) and choices:
        if len(choices) == 1 and isinstance(choices[0], dict):
            return _choice(choices[0])
        return _together([_choice(one) for one in choices if isinstance(one, dict)])
    token = event.get("token")
    if isinstance(token, dict) and isinstance(token.get("text"), str):
        return Content(token["text"], tokens=1)
    return NOTHING


def _choice(choice: dict[str, Any]) -> Content:
    delta = choice.get("delta")
    brought = delta or choice.get("message") or {"text": choice.get("text")}
    if not isinstance(brought, dict):
        return Content(brought if isinstance(brought, str) else "")
    if len(brought) == 1 and "token_ids" not in choice and not choice.get("logprobs"):
        # Nearly every event of nearly every server: the rest would cost five times as much.
        text = brought.get("content") or brought.get("text")
        if isinstance(text, str):
            return Content(text, is_message=not delta and "message" in choice)
    named = {name: value for name, value in brought.items() if value and name not in _NOT_GENERATED}
    # The same text under two names was generated once: `reasoning` and `reasoning_content`.
    texts = dict.fromkeys(map(_text, named.items()))
    tokens = _tokens(choice) or _tokens(brought)
    return Content("".join(texts), _has_thoughts(named), tokens, not delta and "message" in choice)


def _text(named: tuple[str, object]) -> str:
    """One for each name; most are a text at once."""
    name, value = named
    return value if isinstance(value, str) else "".join(_texts_under(name, value))


def _texts(value: object) -> Iterator[str]:
    """Every text in it that was generated, in order."""
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict) and not str(value.get("type")).endswith(_SEALED):
        for name, one in value.items():
            yield from _texts_under(name, one)


def _texts_under(name: str, value: object) -> Iterator[str]:
    if name in _CALLS and isinstance(value, dict):
        yield from _texts([value.get("name"), value])
    elif name not in _NOT_GENERATED:
        yield from _texts(value)


def _has_thoughts(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_has_thoughts, value))
    if not isinstance(value, dict):
        return False
    for name, one in value.items():
        if any(word in name for word in _THOUGHTS) and any(_texts_under(name, one)):
            return True
        if not isinstance(one, str) and _has_thoughts(one):
            return True
    return False


def _tokens(choice: dict[str, Any]) -> int | None:
    """As many as it lists: vLLM's `token_ids`, or the log probabilities of either API."""
    listed, chances = choice.get("token_ids"), choice.get("logprobs")
    if not listed and isinstance(chances, dict):
        listed = chances.get("content") or chances.get("tokens")
    return len(listed) if listed and isinstance(listed, list) else None


def _together(found: list[Content]) -> Content:
    told = [one.tokens for one in found if one.tokens is not None]
    return Content(
        text="".join(one.text for one in found),
        thought=any(one.thought for one in found),
        tokens=sum(told) if len(told) == len(found) and told else None,
    )
