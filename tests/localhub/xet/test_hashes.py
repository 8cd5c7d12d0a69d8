"""Hashes are those of the protocol: every client computes the same."""

from __future__ import annotations

import pytest

from benchmark.localhub.problems import HubError
from benchmark.localhub.xet.hashes import Chunk, file_hash, from_text, to_text, xorb_hash

# Leaves and roots as the reference implementation lists them for other implementations
# (https://github.com/huggingface/xet-core, aggregated_hashes.rs).
LEAVES = (
    "0000000000000000000000000000000000000000000000000000000000000000",
    "cfc5d07f6f03c29bbf424132963fe08d19a37d5757aaf520bf08119f05cd56d6",
    "c3e67584b5c4fc2a89837ec39e40f2c8a6bb0b2987ac94cd4b31e5fbdd210a72",
    "0d2beb91b9196929a5ddec9f6e306924ddf4a24268e3e59fd8464738d525af37",
    "adf8773496a9b7319b2e50dc98093f344053b17d8ad37100b9c07d9805988784",
    "4ac202caf347fc1e9c874b1ef6a1c5e619141eb775a6f43f0f0124ccd0060d9e",
    "b3b28636f65c149ea52eb1f94669466f70f033b54cea792824c696ba6ef3c389",
    "0e2c1a002aae913d2c0fc8ddfa4e9e14b7b311b3b0d458726d5d9f6a6318013c",
)
ROOTS = {
    (1,): (LEAVES[1], "8e16257caa3fe079d484d872a8975264b2ff683b0d6db9028cc7c0f968a45661"),
    (1, 2, 3): (
        "71ec1275fca074724e2dd666921b3277c7cee603e4d025bcab2d4050015be2bc",
        "54e55dccc6653c612bdb5576c5d3cb34bb31bc4e100248abccf4c908b3ef7715",
    ),
    (1, 2, 1, 2, 3, 4): (
        "52c826f99507aa05d0b45e9837fa1709e0485425cfbcb1e80db3905cf98b3ee9",
        "91d21684db364c8883ab8209fa5eb2e781cf07f37e1fa43e731c30839afe422f",
    ),
    tuple(number % 8 for number in range(64)): (
        "6554007c9b5d0a5e7918f79596a1b68815c1407535585435f5735db761f21b88",
        "a8640ab81d48854e00078e12b1ea8be5d90be0ffb5f73a15b7009981d093ddd8",
    ),
}


@pytest.mark.parametrize("leaves", ROOTS, ids=len)
def test_the_hashes_of_xorbs_and_files_are_the_reference_ones(leaves: tuple[int, ...]) -> None:
    """Small trees and one of several levels."""
    chunks = [Chunk(from_text(LEAVES[leaf]), leaf * 100) for leaf in leaves]
    assert (to_text(xorb_hash(chunks)), to_text(file_hash(chunks))) == ROOTS[leaves]


def test_a_hash_as_text_is_four_numbers() -> None:
    """The specification's own example."""
    text = "07060504030201000f0e0d0c0b0a090817161514131211101f1e1d1c1b1a1918"
    assert to_text(bytes(range(32))) == text
    assert from_text(text) == bytes(range(32))


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 63 + "\n"])
def test_what_is_no_hash_is_refused(text: str) -> None:
    """Names of files are made of hashes."""
    with pytest.raises(HubError, match="64 lowercase"):
        from_text(text)
