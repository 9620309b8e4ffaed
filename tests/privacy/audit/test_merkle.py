"""The Merkle code: no two lists of events have one root, and no two lists of values look alike as bytes."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from privacy.audit import merkle

hashes = st.binary(min_size=32, max_size=32)
values = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.uuids(),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.text(max_size=4), max_size=3),
)


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_it_is_the_tree_of_rfc_6962() -> None:
    a, b, c, d, e = (bytes([n]) * 32 for n in range(5))
    assert merkle.root([]) == hashlib.sha256().digest()
    assert merkle.root([a]) == a
    assert merkle.root([a, b, c]) == node(node(a, b), c)
    assert merkle.root([a, b, c, d, e]) == node(node(node(a, b), node(c, d)), e)


@given(st.lists(hashes, min_size=1, max_size=40), st.data())
def test_any_change_of_a_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(hashes)
    assume(other != leaves[place])
    assert merkle.root([*leaves[:place], other, *leaves[place + 1 :]]) != merkle.root(leaves)


@given(st.lists(hashes, min_size=2, max_size=40, unique=True), st.data())
def test_leaving_out_adding_and_swapping_change_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 2))
    whole = merkle.root(leaves)
    assert merkle.root([*leaves[:place], *leaves[place + 1 :]]) != whole
    assert merkle.root([*leaves, leaves[-1]]) != whole
    swapped = [*leaves]
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    assert merkle.root(swapped) != whole


@given(st.lists(st.text(max_size=3), max_size=5), st.lists(st.text(max_size=3), max_size=5))
def test_different_texts_are_different_bytes(one: list[str], other: list[str]) -> None:
    assert (merkle.encoded(one) == merkle.encoded(other)) == (one == other)


@given(st.lists(values, max_size=5), values, st.data())
def test_another_value_at_any_place_is_other_bytes(
    said: list[object], other: object, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(said)))
    assert merkle.encoded([*said[:place], other, *said[place:]]) != merkle.encoded(said)


def test_where_one_value_ends_is_part_of_the_bytes() -> None:
    assert merkle.encoded(["ab", "c"]) != merkle.encoded(["a", "bc"])
    assert merkle.encoded([None]) != merkle.encoded([""])
    assert merkle.encoded([["a"], "b"]) != merkle.encoded([["a", "b"]])


def test_the_same_moment_is_the_same_bytes_in_every_zone() -> None:
    moment = datetime(2024, 3, 1, 12, 0, 0, 7, tzinfo=UTC)
    assert merkle.encoded([moment]) == merkle.encoded([moment.astimezone(ZoneInfo("Europe/Berlin"))])
    assert merkle.encoded([moment]) != merkle.encoded([moment + timedelta(microseconds=1)])


def test_what_was_sealed_once_is_encoded_so_for_ever() -> None:
    said = [datetime(2024, 3, 1, 12, tzinfo=UTC), "staff", UUID(int=1), None, ["a", "b"], 7]
    assert merkle.content_hash(said).hex() == (
        hashlib.sha256(
            b"\0\0\0\x10" + b"1709294400000000"
            b"\0\0\0\x05staff"
            b"\0\0\0\x10" + bytes(15) + b"\x01"
            b"\xff\xff\xff\xff"
            b"\0\0\0\x0a" + b"\0\0\0\x01a\0\0\0\x01b"
            b"\0\0\0\x017"
        ).hexdigest()
    )
