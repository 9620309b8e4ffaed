"""M9: over all records, who did what; filtered; as a file; and nobody changes it unnoticed. Looks are logged, too."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from contacts.models import Contact
from privacy.audit import sealing
from privacy.models import Opening, User
from tickets import lifecycle
from tickets.enums import Channel
from tickets.models import Department

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def test_the_audit(
    client: Client, agent: User, admin: User, customer: Contact, department: Department
) -> None:
    ticket = lifecycle.open(
        requester=customer, subject="Order 17", body_text="?", channel=Channel.EMAIL, by=customer
    )
    client.force_login(agent)
    client.get(f"/desk/tickets/{ticket.number}/")
    client.post(f"/desk/tickets/{ticket.number}/priority/", {"priority": "4"})

    client.force_login(admin)
    told = client.get(f"/desk/audit/?who={agent.pk}&field=tickets.ticket.priority").content.decode()
    assert "set the priority from Normal to Urgent" in told
    answer: Any = client.post(f"/desk/audit/export/?who={agent.pk}", {"format": "json"})
    texts = [row["text"] for row in json.loads(b"".join(answer.streaming_content))]
    assert "set the priority from Normal to Urgent" in texts
    assert Opening.objects.get().viewer_id == agent.pk

    sealing.seal_all()
    call_command("verify_audit", stdout=StringIO())
    forgery = "UPDATE privacy_auditevent SET actor_id = NULL WHERE object_id = %s"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(forgery, [ticket.pk])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_auditevent DISABLE TRIGGER audit_keeps_rows")
        cursor.execute(forgery, [ticket.pk])
        cursor.execute("ALTER TABLE privacy_auditevent ENABLE ALWAYS TRIGGER audit_keeps_rows")
    with pytest.raises(CommandError):
        call_command("verify_audit", stderr=StringIO())
