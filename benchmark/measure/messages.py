"""Everything that a measurement is said to be odd for, by its kind: what an entry tells in English.

An entry is data of record, the same for every reader; `benchmark.measure.show.retold` tells it in
the reader's language. So a message that is changed here is no longer recognised in older entries,
and is shown as they have it. What stands in the fields must not need a translation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CAVEATS: Mapping[str, str] = {
    "api-by-url": N_("The URL names the operation of {api}; {asked} was asked for."),
    "at-once": N_(
        "{count} of {answers} answers came at once, as if a proxy had kept them back: TTFT is "
        "their whole time; ITL, TPOT and decode speed are not known."
    ),
    "at-once/others": N_(
        "{count} of {answers} answers came at once, as if a proxy had kept them back: TTFT is "
        "their whole time; ITL, TPOT and decode speed are those of the others."
    ),
    "body-not-ended": N_(
        "The server left {count} answers open after their end: {seconds:.1f} s of waiting for it "
        "are in the throughput, and the time to open the next connection is in TTFT."
    ),
    "client-lag/late": N_(
        "This client was too busy to measure exactly: one request in a hundred was sent {ms:.0f} "
        "ms too late or later."
    ),
    "client-lag/stamps": N_(
        "This client was too busy to measure exactly: one stamp in a hundred was {ms:.0f} ms late "
        "or later."
    ),
    "client-lag/cpu": N_(
        "This client was too busy to measure exactly: it used {share:.0%} of a CPU, and one is all "
        "it can use."
    ),
    "content-held-back": N_(
        "The server counts tokens {ms:.3g} ms before it sends any content: TTFT is that of the "
        "content."
    ),
    "ended-early": N_(
        "{count} of {answers} answers ended before the length asked for, where the model ends "
        "them; the server cannot be made to go on. The result is filed as one of answers of "
        "natural length."
    ),
    "extra-body": N_("Every request held further fields: {names}."),
    "first-tokens-together": N_(
        "The first piece holds about {count:.0f} tokens: TTFT is the time of them all."
    ),
    "hidden-reasoning": N_("{count} tokens of an answer are reasoning never sent."),
    "length-not-forced": N_(
        "The server refuses every field that forces a length; answers that ended early count as "
        "failed, unless --natural-length is given."
    ),
    "memory-bandwidth": N_(
        "Decoding reads weights at {share:.2f} times the memory bandwidth found after the run: the "
        "machine was busy then, or not all weights are read for each token."
    ),
    "no-places": N_(
        "{count} of {answers} answers do not tell how many of their tokens came with which piece; "
        "ITL, TPOT and decode speed are not known."
    ),
    "no-places/others": N_(
        "{count} of {answers} answers do not tell how many of their tokens came with which piece; "
        "ITL, TPOT and decode speed are those of the others."
    ),
    "noise-unknown": N_(
        "The server's process was not found (it may be another user's, in a container or behind a "
        "proxy): its memory, and whether something else used the machine, are not known."
    ),
    "places-left-empty": N_(
        "{sent:.0f} requests were sent, so never {places} were in flight: more --repeats fill all "
        "places."
    ),
    "places-left-empty/conversations": N_(
        "{sent:.0f} conversations were sent, so never {places} were in flight: more --repeats fill "
        "all places."
    ),
    "prefix-cache-hit": N_(
        "The server had {rate:.0%} of the prompts' tokens in its prefix cache, though this "
        "workload shares none: the times to the first token and the throughput are those of a warm "
        "cache."
    ),
    "prompt-mismatch": N_(
        "The server counts {told} tokens in prompts of {sent}: it has cut them, does not count "
        "what was in its cache, or has another tokenizer. If it has cut them, TTFT is that of "
        "shorter prompts."
    ),
    "prompts-begin-alike": N_(
        "{count} prompts begin like an earlier one, as the vocabulary has no other beginnings; a "
        "server that caches prefixes has answered them faster."
    ),
    "proxy": N_(
        "Requests went through the proxy that {variable} names; its time is in the figures."
    ),
    "rate-not-kept": N_(
        "{arrivals} requests were sent in {seconds:.1f} s where {due:.1f} were due at {asked:g}/s: "
        "the result is filed under {kept:g}/s."
    ),
    "redirected": N_("{path} redirects; requests were sent to {target} directly."),
    "redirected/host": N_(
        "{path} redirects; requests were sent to {target} of another host directly."
    ),
    "server-overloaded": N_(
        "The server answered {answers:.3g} requests/s where {rate:g} came: they lasted {first:.0f} "
        "ms at the beginning and {last:.0f} ms at the end. Its times would be others in a longer "
        "or a shorter run."
    ),
    "tls-unverified": N_("The server's certificate was not verified (--insecure)."),
    "tokens-together": N_(
        "Tokens come about {size:.2g} in a piece: ITL is the gap between pieces."
    ),
    "trace-cut": N_("{played} of the trace's {due} requests were sent."),
    "trace-prefixes-ignored": N_(
        "The trace {name} says which prompts begin alike; here none do, so a prefix cache helps "
        "less than where it was recorded."
    ),
    "usage-blank": N_(
        "The server's usage holds no count of the answer's tokens; {counted} counted."
    ),
    "usage-contradicted": N_(
        "The server counts {told} tokens in an answer that has not so many, or has more; {counted} "
        "counted instead."
    ),
    "usage-mismatch": N_(
        "The tokenizer finds {ratio:.2f} times as many tokens in the answers as the server counts: "
        "it is another model's, or some of them are not sent as text."
    ),
    "waited-for-a-place": N_(
        "{count} requests were due while {places} were in flight, and waited up to {longest:.0f} "
        "ms, which is inside their times; {unsent} were never sent."
    ),
}
"""By kind, or by kind and case of it where it is told in several ways."""

NOISE: Mapping[str, str] = {
    "others": N_("other processes used {share:.0%} of the CPUs"),
    "steal": N_("the hypervisor gave {share:.0%} of the CPUs to others"),
    "heat": N_("heat slowed a CPU {count} times"),
    "quota": N_("the container's CPU limit stopped the engine for {share:.0%} of the time"),
}

STOPPED: Mapping[str, str] = {
    "interrupted": N_("interrupted"),
    "hopeless": N_("requests only failed"),
    "failed": N_("the engine failed: {error}"),
}
"""Why a run ended early; what an engine says of its failure is as it says it."""


def of_kind(kind: str) -> Iterator[str]:
    """Every message that a caveat of that kind may have."""
    for name, message in CAVEATS.items():
        if name.partition("/")[0] == kind:
            yield message
