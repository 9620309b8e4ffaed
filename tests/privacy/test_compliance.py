"""Each control tells its state from what is there, and changes it when that changes."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from privacy import compliance, erasure, purging, requests, watching
from privacy.access import rights
from privacy.audit import sealing
from privacy.compliance import Proved, State, controls, proving
from privacy.enums import Arrival, RequestKind
from privacy.models import AuditEvent, ErasureMark, OpeningAlarm, Proof, User
from privacy.vault.models import SubjectKey
from tests import factories
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def state(key: str) -> State:
    [control] = [each for each in controls() if each.key == key]
    return control.look().state


def facts(key: str) -> dict[str, Any]:
    [control] = [each for each in controls() if each.key == key]
    return {fact.code: fact.value for fact in control.look().facts}


def test_keys_under_an_older_kek_need_a_look(customer: Contact) -> None:
    customer.full_name = "Carla"
    customer.save()
    assert state("encryption") == State.WELL
    SubjectKey.objects.using("vault").filter(subject_id=customer.pk).update(kek_id="older")
    assert (state("encryption"), facts("encryption")["keys_under_older_kek"]) == (State.LOOK, 1)


def test_who_needs_a_factor_and_has_none_is_counted(agent: User) -> None:
    assert state("second_factor") == State.LOOK
    agent.profile = factories.ProfileFactory(needs_second_factor=True)
    agent.save()
    assert (state("second_factor"), facts("second_factor")["lacking"]) == (State.BROKEN, 1)


def test_an_account_that_nobody_uses_is_told(agent: User) -> None:
    assert state("accounts") == State.WELL
    with time_machine.travel(timezone.now() + 91 * DAY):
        assert (state("accounts"), facts("accounts")["unused"]) == (State.LOOK, 1)


def test_the_purge_has_run_lately_or_not(db: None) -> None:
    assert state("purge") == State.OPEN
    purging.purge()
    assert state("purge") == State.WELL
    with time_machine.travel(timezone.now() + 4 * HOUR):
        assert state("purge") == State.BROKEN


def test_events_wait_for_their_seal_only_for_minutes(customer: Contact) -> None:
    assert state("audit_sealed") == State.WELL
    with time_machine.travel(timezone.now() + HOUR):
        assert state("audit_sealed") == State.BROKEN
        sealing.seal_all()
        assert state("audit_sealed") == State.WELL


def test_the_nightly_verification_is_noted(customer: Contact) -> None:
    assert state("audit_verified") == State.OPEN
    sealing.seal_all()
    proving.verify_audit()
    assert state("audit_verified") == State.WELL
    with time_machine.travel(timezone.now() + 27 * HOUR):
        assert state("audit_verified") == State.LOOK
        late = AuditEvent(
            moment=timezone.now() - HOUR, actor_kind="system", via="task", cause="time", act="update"
        )
        late.save(force_insert=True)
        proving.verify_audit()
        assert (state("audit_verified"), facts("audit_verified")["breaks"]) == (State.BROKEN, 1)


def test_unusual_looking_needs_a_look(agent: User) -> None:
    assert state("access_log") == State.WELL
    OpeningAlarm.objects.create(moment=timezone.now(), viewer_id=agent.pk, people=300)
    assert watching.WEEK < 8 * DAY
    assert state("access_log") == State.LOOK
    with time_machine.travel(timezone.now() + 8 * DAY):
        assert state("access_log") == State.WELL


def test_the_register_is_complete_or_the_build_fails(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state("register") == State.WELL
    monkeypatch.setattr(Proof, "personal_data", [])
    monkeypatch.setattr("privacy.checks.holds_free_text", lambda _field: True)
    assert state("register") == State.BROKEN


def test_an_overdue_request_is_not_in_order(
    customer: Contact, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert state("requests") == State.WELL
    requests.record(RequestKind.ACCESS, customer, by=admin, arrival=Arrival.PHONE)
    assert state("requests") == State.WELL
    monkeypatch.setattr("privacy.requests.overview.timezone.localdate", lambda: date(2100, 1, 1))
    assert (state("requests"), facts("requests")["overdue"]) == (State.BROKEN, 1)


def test_erased_people_that_are_back_are_not_in_order(customer: Contact) -> None:
    entry = erasure.begin(customer, by=None, tells=False)
    assert (state("erasure"), facts("erasure")["pending"]) == (State.WELL, 1)
    with time_machine.travel(timezone.now() + 25 * HOUR):
        assert state("erasure") == State.LOOK
    erasure.carry_on(entry.pk)
    assert (state("erasure"), facts("erasure")["finished"]) == (State.WELL, 1)
    ErasureMark.objects.all().delete()
    assert (state("erasure"), facts("erasure")["not_replayed"]) == (State.BROKEN, 1)


@pytest.mark.parametrize(
    ("about", "key", "old"),
    [(Proved.BACKUP, "backups", 27 * HOUR), (Proved.DEPENDENCIES, "dependencies", 32 * DAY)],
)
def test_what_others_do_is_known_from_its_proof(db: None, about: Proved, key: str, old: timedelta) -> None:
    assert state(key) == State.OPEN
    compliance.prove(about, is_well=True)
    assert state(key) == State.WELL
    with time_machine.travel(timezone.now() + old):
        assert state(key) == State.LOOK


def test_proofs_are_not_kept_for_ever(db: None) -> None:
    with time_machine.travel(timezone.now() - 801 * DAY):
        compliance.prove(Proved.BACKUP, is_well=True)
    compliance.prove(Proved.RESTORE, is_well=True)
    assert [proof.about for proof in Proof.objects.all()] == [Proved.RESTORE]


def test_the_page_is_for_who_reads_the_audit(
    client: Client, agent: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(agent)
    assert client.get("/desk/audit/compliance/").status_code == 403
    agent.profile = factories.ProfileFactory(rights=sorted(rights.all_codes()))
    agent.save()
    for _ in range(5):
        UserFactory()
    with django_assert_max_num_queries(40):
        page = client.get("/desk/audit/compliance/").content.decode()
    for control in controls():
        assert f'id="control-{control.key}"' in page
