"""Breaches: who is affected, the clock, the order of steps, the notices."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from contacts.models import Contact
from privacy import breach, register
from privacy.access import Denied
from privacy.enums import BreachScope, BreachState, Category, Risk, Via
from privacy.models import Breach, How, Opening, User
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def facts(**others: Any) -> dict[str, Any]:
    now = timezone.now()
    given = {
        "title": "Lost laptop",
        "what": "A laptop was left on a train.",
        "began_at": now - timedelta(days=2),
        "known_at": now - timedelta(hours=1),
        "categories": [Category.CONTACT],
        "scope": BreachScope.NOBODY,
    }
    return {**given, **others}


def opened(viewer: User, subject: Contact, moment: Any) -> None:
    Opening.objects.create(
        moment=moment,
        viewer_id=viewer.pk,
        via=Via.DESK,
        how=How.OPENED,
        subject_id=subject.pk,
        model="contacts.contact",
        object_id=subject.pk,
    )


def test_everybody_whose_data_an_account_opened_in_the_time(
    admin: User, agent: User, colleague: User, customer: Contact, stranger: Contact
) -> None:
    now = timezone.now()
    opened(agent, customer, now - timedelta(days=1))
    opened(agent, customer, now - timedelta(hours=20))
    opened(agent, stranger, now - timedelta(days=9))
    opened(colleague, stranger, now - timedelta(days=1))

    made = breach.record(facts(scope=BreachScope.ACCOUNT, account=agent), by=admin)

    found = breach.affected(made)
    assert (found.persons, found.records, found.first) == (1, 1, [customer])


def test_everybody_of_whom_there_are_records(admin: User, customer: Contact, stranger: Contact) -> None:
    factories.MessageFactory.create_batch(2, ticket=factories.TicketFactory(requester=customer))
    given = facts(scope=BreachScope.RECORDS, modules=["tickets.message"])
    assert list(breach.subject_ids(breach.record(given, by=admin))) == [customer.pk]
    given["modules"] = ["tickets.message", "contacts.contact"]
    ids = list(breach.subject_ids(breach.record(given, by=admin)))
    assert sorted(ids) == sorted([customer.pk, stranger.pk])


def test_the_clock_runs_for_72_hours_from_when_it_was_known(admin: User) -> None:
    made = breach.record(facts(), by=admin)
    assert made.is_clock_running
    assert not made.is_late
    with time_machine.travel(made.known_at + timedelta(hours=71, minutes=59), tick=False):
        assert not made.is_late
    with time_machine.travel(made.known_at + timedelta(hours=72, minutes=1), tick=False):
        assert made.is_late
    made.risk = Risk.NONE
    assert not made.is_clock_running


def test_late_takes_a_reason(admin: User) -> None:
    made = breach.record(facts(risk=Risk.SOME, known_at=timezone.now() - timedelta(hours=80)), by=admin)
    with pytest.raises(breach.NotYet, match="72 hours"):
        breach.tell_authority(made, by=admin)
    breach.rewrite(made, {"delay_reason": "It was a holiday."}, by=admin)
    told = breach.tell_authority(made, by=admin)
    assert (told.state, told.authority_told_by, told.was_told_late) == (BreachState.NOTIFIED, admin.pk, True)


def test_it_isnt_closed_before_all_is_done(admin: User) -> None:
    made = breach.record(facts(), by=admin)
    with pytest.raises(breach.NotYet, match="risk"):
        breach.close(made, by=admin)
    breach.rewrite(made, {"risk": Risk.HIGH, "risk_reason": "Addresses are in it."}, by=admin)
    with pytest.raises(breach.NotYet, match="authority"):
        breach.close(made, by=admin)
    breach.tell_authority(made, by=admin)
    with pytest.raises(breach.NotYet, match="persons"):
        breach.close(made, by=admin)
    breach.tell_persons(made, by=admin)
    closed = breach.close(made, by=admin)
    assert (closed.state, closed.closed_by) == (BreachState.CLOSED, admin.pk)
    with pytest.raises(breach.NotYet, match="closed"):
        breach.rewrite(closed, {"title": "Nothing"}, by=admin)


def test_what_is_unlikely_to_be_a_risk_is_told_nobody(admin: User) -> None:
    made = breach.record(facts(risk=Risk.NONE, risk_reason="The disk is encrypted."), by=admin)
    assert breach.close(made, by=admin).is_closed


def test_notices_are_drafted_in_both_languages_until_somebody_edits_them(
    admin: User, customer: Contact
) -> None:
    register.describe({"name": "Kaffee & Co", "officer_name": "Dora Datenschutz"}, by=admin)
    made = breach.record(facts(scope=BreachScope.RECORDS, modules=["contacts.contact"]), by=admin)
    texts = {each.code: each.text for each in breach.notices(made)}
    assert all("A laptop was left on a train." in text for text in texts.values())
    assert all("Dora Datenschutz" in text and "Kaffee & Co" in text for text in texts.values())
    assert "Categories of data: Ways to reach the person\n" in texts["authority_en"]
    assert "Persons concerned: about 1" in texts["authority_en"]
    assert "Art. 33 DSGVO" in texts["authority_de"]
    assert "Art. 34 DSGVO" in texts["persons_de"]

    breach.write_notice(made, "persons_de", "Sehr geehrte Damen und Herren", by=admin)
    edited = {each.code: each for each in breach.notices(Breach.objects.get())}
    assert edited["persons_de"].text == "Sehr geehrte Damen und Herren"
    assert edited["persons_de"].is_edited
    assert not edited["persons_en"].is_edited

    breach.write_notice(made, "persons_de", "", by=admin)
    assert not breach.notices(Breach.objects.get())[2].is_edited


def test_it_takes_the_right(agent: User) -> None:
    with pytest.raises(Denied):
        breach.record(facts(), by=agent)
