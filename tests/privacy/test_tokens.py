"""Tokens: random, hashed at rest, for one purpose, once, and not for long."""

import hashlib
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from privacy.models import Token, TokenPurpose
from privacy.retention import forget_expired_tokens
from tests.threads import together

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

HOUR = timedelta(hours=1)
LINK, CODE = TokenPurpose.SIGN_IN, TokenPurpose.SIGN_IN_CODE


def test_a_secret_opens_what_it_was_issued_for_once() -> None:
    person, ticket = uuid4(), uuid4()
    secret = Token.issue(TokenPurpose.TICKET, person, lifetime=HOUR, target_id=ticket)
    token = Token.redeem(TokenPurpose.TICKET, secret)
    assert token is not None
    assert (token.subject_id, token.target_id) == (person, ticket)
    assert Token.redeem(TokenPurpose.TICKET, secret) is None


def test_looking_does_not_consume() -> None:
    secret = Token.issue(LINK, uuid4(), lifetime=HOUR)
    for _ in range(3):
        assert Token.redeem(LINK, secret, consume=False) is not None
    assert Token.redeem(LINK, secret) is not None
    assert Token.redeem(LINK, secret, consume=False) is None


def test_a_secret_is_good_for_one_purpose_only() -> None:
    secret = Token.issue(LINK, uuid4(), lifetime=HOUR)
    assert Token.redeem(TokenPurpose.TICKET, secret) is None
    assert Token.redeem(LINK, secret) is not None


@pytest.mark.parametrize("guess", ["", "x", "\x00", "é" * 50, "a" * 10_000])
def test_a_guess_opens_nothing(guess: str) -> None:
    Token.issue(LINK, uuid4(), lifetime=HOUR)
    assert Token.redeem(LINK, guess) is None


def test_it_expires() -> None:
    secret = Token.issue(LINK, uuid4(), lifetime=HOUR)
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert Token.redeem(LINK, secret, consume=False) is not None
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert Token.redeem(LINK, secret, consume=False) is None


def test_the_secret_is_long_different_each_time_and_not_stored() -> None:
    secrets = [Token.issue(LINK, uuid4(), lifetime=HOUR) for _ in range(20)]
    assert len({*secrets}) == 20
    assert {len(secret) for secret in secrets} == {43}
    kept = {bytes(token.digest) for token in Token.objects.all()}
    assert kept == {hashlib.sha256(secret.encode()).digest() for secret in secrets}


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_at_once_redeem_it_once() -> None:
    secret = Token.issue(LINK, uuid4(), lifetime=HOUR)
    taken = together(*[partial(Token.redeem, LINK, secret)] * 4)
    assert sum(isinstance(token, Token) for token in taken) == 1
    assert [token for token in taken if isinstance(token, Exception)] == []


def test_a_code_works_for_its_person_once() -> None:
    person, other = uuid4(), uuid4()
    code = Token.issue_code(CODE, person, lifetime=HOUR)
    assert len(code) == 8
    assert code.isdecimal()
    assert Token.redeem_code(CODE, other, code) is None
    assert Token.redeem_code(CODE, person, code) is not None
    assert Token.redeem_code(CODE, person, code) is None


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


def test_five_wrong_tries_end_a_code() -> None:
    person = uuid4()
    code = Token.issue_code(CODE, person, lifetime=HOUR)
    for _ in range(4):
        assert Token.redeem_code(CODE, person, wrong(code)) is None
    second = Token.issue_code(CODE, person, lifetime=HOUR)
    assert Token.redeem_code(CODE, person, code) is None, "a new code ends the old one"
    for _ in range(4):
        Token.redeem_code(CODE, person, wrong(second))
    assert Token.redeem_code(CODE, person, second) is None


def test_four_wrong_tries_do_not() -> None:
    person = uuid4()
    code = Token.issue_code(CODE, person, lifetime=HOUR)
    for _ in range(4):
        Token.redeem_code(CODE, person, wrong(code))
    assert Token.redeem_code(CODE, person, code) is not None


def test_wrong_tries_on_one_person_leave_others_alone() -> None:
    person, other = uuid4(), uuid4()
    code = Token.issue_code(CODE, person, lifetime=HOUR)
    Token.issue_code(CODE, other, lifetime=HOUR)
    for _ in range(9):
        Token.redeem_code(CODE, other, "00000000")
    assert Token.redeem_code(CODE, person, code) is not None


def test_a_code_cannot_be_guessed_from_what_is_stored() -> None:
    """Eight digits under a plain hash would fall in a second."""
    person = uuid4()
    code = Token.issue_code(CODE, person, lifetime=HOUR)
    kept = bytes(Token.objects.get().digest)
    for text in (code, f"{person}:{code}", f"{person}{code}"):
        assert hashlib.sha256(text.encode()).digest() != kept


def test_a_code_is_no_link() -> None:
    code = Token.issue_code(CODE, uuid4(), lifetime=HOUR)
    assert Token.redeem(CODE, code) is None


def test_expired_tokens_go_after_a_week() -> None:
    Token.issue(LINK, uuid4(), lifetime=HOUR)
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert forget_expired_tokens() == 0
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert forget_expired_tokens() == 1
    assert not Token.objects.exists()
