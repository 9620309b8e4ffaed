"""Codes of an authenticator app: right ones, once, within half a minute; the secret lies sealed."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from time_machine import TimeMachineFixture

from privacy.factors import app
from privacy.models import Authenticator, User
from tests.authenticator import code_of, with_app


@pytest.mark.parametrize(
    ("seconds", "taken"),
    [(0, True), (29, True), (-30, True), (59, True), (-31, False), (60, False), (300, False)],
)
def test_a_code_is_good_for_a_short_while(
    agent: User, time_machine: TimeMachineFixture, seconds: int, taken: bool
) -> None:
    time_machine.move_to("2026-03-02 09:00:00Z", tick=False)
    device = with_app(agent)
    code = code_of(device)
    time_machine.shift(seconds)
    assert app.check(agent, code) is taken


def test_a_code_is_taken_once(agent: User, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to("2026-03-02 09:00:00Z", tick=False)
    device = with_app(agent)
    earlier = code_of(device)
    time_machine.shift(30)
    assert app.check(agent, f" {code_of(device)[:3]} {code_of(device)[3:]} ")
    assert not app.check(agent, code_of(device))
    assert not app.check(agent, earlier), "nor an earlier one that is still within time"
    time_machine.shift(30)
    assert app.check(agent, code_of(device))


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "12.345"])
def test_what_is_no_code_is_refused(agent: User, typed: str) -> None:
    with_app(agent)
    assert not app.check(agent, typed)


def test_an_app_opens_nothing_before_it_is_confirmed(agent: User, colleague: User) -> None:
    device = app.begin(agent)
    assert not app.check(agent, code_of(device))
    assert not app.confirm(colleague, code_of(device))
    assert app.confirm(agent, code_of(device))
    assert not app.confirm(agent, code_of(device))


def test_a_new_app_takes_the_place_of_the_old_one(agent: User) -> None:
    old = with_app(agent)
    begun = app.pending(agent)
    assert app.pending(agent) == begun, "looking again shows the same picture"
    assert app.confirm(agent, code_of(begun))
    assert [each.pk for each in Authenticator.objects.filter(user=agent)] == [begun.pk]
    assert old.pk != begun.pk


def test_the_secret_lies_sealed(agent: User) -> None:
    device = with_app(agent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM privacy_authenticator")
        (stored,) = cursor.fetchone()
    assert bytes(stored)[:2] == b"\xc5\x01"
    assert device.secret.encode() not in bytes(stored)
    assert len(device.secret) == 32


def test_the_picture_names_account_and_company(agent: User) -> None:
    device = app.begin(agent)
    said = urlsplit(app.address(device, "Müller & Söhne"))
    assert (said.scheme, said.netloc) == ("otpauth", "totp")
    assert parse_qs(said.query) == {"secret": [device.secret], "issuer": ["Müller & Söhne"]}
    assert said.path.endswith("alma.agent%40helpdesk.example")
