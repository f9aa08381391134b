"""The verifier's own Ed25519: what RFC 8032 says, what the library that signs says, and stricter where that is lax."""

from typing import Final

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from axure_lifecycle.audit.verify_bundle import decode_point, is_signed

ORDER: Final = 2**252 + 27742317777372353535851937790883648493
FIELD: Final = 2**255 - 19
RFC_8032: Final = [  # section 7.1: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        "24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
        "eeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed2"
        "8dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e"
        "2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac1"
        "7ad9bef1177331a704",
    ),
]
SMALL_ORDER: Final = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


def library_says(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """What the library that signs says of a signature."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(("public_key", "message", "signature"), RFC_8032)
def test_the_vectors_of_the_rfc_are_signed(public_key: str, message: str, signature: str) -> None:
    key, text, signed = (bytes.fromhex(each) for each in (public_key, message, signature))
    assert is_signed(key, text, signed)
    assert not is_signed(key, text + b"x", signed)


@settings(max_examples=60, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), bit=st.integers(0, 96 * 8 - 1))
def test_it_agrees_with_the_library_on_what_is_signed_and_on_what_was_changed_since(
    seed: bytes, message: bytes, bit: int
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert is_signed(key, message, signature)
    both = bytearray(key + signature)
    both[bit // 8] ^= 1 << bit % 8
    changed = bytes(both[:32]), message, bytes(both[32:])
    assert is_signed(*changed) is False
    assert library_says(*changed) is False


@settings(max_examples=40, deadline=None)
@given(key=st.binary(min_size=32, max_size=32), signature=st.binary(min_size=64, max_size=64))
def test_nothing_is_taken_that_the_library_refuses(key: bytes, signature: bytes) -> None:
    assert not is_signed(key, b"text", signature) or library_says(key, b"text", signature)


@settings(max_examples=20, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), times=st.integers(1, 15))
def test_a_number_beyond_the_order_is_no_second_signature(seed: bytes, times: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    signature = private.sign(b"text")
    larger = int.from_bytes(signature[32:], "little") + times * ORDER
    if larger < 1 << 256:
        other = signature[:32] + larger.to_bytes(32, "little")
        assert not is_signed(private.public_key().public_bytes_raw(), b"text", other)


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_points_of_small_order_sign_nothing(point: str) -> None:
    """With the neutral element as key and as R, and S = 0, an equation without such checks holds for every text."""
    for other in SMALL_ORDER:
        assert not is_signed(bytes.fromhex(point), b"any text", bytes.fromhex(other) + bytes(32))


def test_an_encoding_that_is_not_the_shortest_is_no_point() -> None:
    """Nobody can sign with one, because nobody knows the secret of these few; so the point itself is looked at."""
    short = [y for y in range(19) if decode_point(y.to_bytes(32, "little")) is not None]
    assert short, "some of those that still fit into 255 bits with the field's order added are points"
    assert [y for y in short if decode_point((y + FIELD).to_bytes(32, "little")) is not None] == []
