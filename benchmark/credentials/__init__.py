"""What looks like a credential in a text: found by its form or its name, and put out of sight.

`published` are the forms that providers give their tokens, `general` those that need no provider,
`naming` the names that promise a secret, `placeholders` what stands in a secret's place.
"""

from benchmark.credentials.finding import MASK, Found, find, mask, may_hold
from benchmark.credentials.naming import is_secret_name
from benchmark.credentials.placeholders import HIDDEN, is_placeholder

__all__ = [
    "HIDDEN",
    "MASK",
    "Found",
    "find",
    "is_placeholder",
    "is_secret_name",
    "mask",
    "may_hold",
]
