"""Metrics: for the monitoring only, and about nobody."""

from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from contacts.models import Contact
from privacy.compliance import controls
from privacy.models import User
from tests.privacy.test_removal import opened
from tickets.models import Department

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def metrics(client: Client, **headers: str) -> dict[str, dict[str, float]]:
    """By name: the value of each label."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[" ".join(sample.labels.values())] = sample.value
    return found


def test_counts_and_states(client: Client, customer: Contact, agent: User, department: Department) -> None:
    opened(customer, agent)
    found = metrics(client)
    assert sum(found["helpdesk_tickets"].values()) == 1
    assert found["helpdesk_outgoing_mails"]["queued"] == 2
    assert found["helpdesk_control_state"].keys() == {control.key for control in controls()}
    assert found["helpdesk_control_figure"]["mail failed"] == 0
    assert found["helpdesk_jobs_waiting"][""] >= 0


def test_it_says_nothing_of_anybody(
    client: Client, customer: Contact, agent: User, department: Department
) -> None:
    opened(customer, agent)
    text = client.get("/metrics").content.decode()
    words = (customer.full_name, agent.full_name, agent.email, "Shoes", str(customer.pk), str(agent.pk))
    assert [word for word in words if word in text] == []


def test_only_this_machine_asks_without_a_token(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200


def test_with_a_token_nobody_else_asks(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "a long secret"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer a long secre"}).status_code == 404
    assert metrics(client, Authorization="Bearer a long secret")
