"""What looks like a credential in a text: found by its form or its name, and put out of sight.

`published` are the forms that providers give their tokens, `general` those that need no provider,
`disguises` undoes escapes and encodings,
`naming` the names that promise a secret, `placeholders` what stands in a secret's place. `Cleaner`
takes out what is known to be secret too, in all its `spellings`.
"""

from benchmark.credentials.cleaner import Cleaner
from benchmark.credentials.environment import secrets_among
from benchmark.credentials.finding import MASK, Found, disguised, find, mask
from benchmark.credentials.naming import is_secret_name
from benchmark.credentials.placeholders import HIDDEN, is_placeholder
from benchmark.credentials.traces import json_may_hold, may_hide, may_hold, search_of_json

__all__ = [
    "HIDDEN",
    "MASK",
    "Cleaner",
    "Found",
    "disguised",
    "find",
    "is_placeholder",
    "is_secret_name",
    "json_may_hold",
    "mask",
    "may_hide",
    "may_hold",
    "search_of_json",
    "secrets_among",
]
