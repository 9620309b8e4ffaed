"""What Prometheus is told: the state of every control, and its figures. Counts and times; labels are codes of ours."""

from collections.abc import Iterator
from datetime import datetime

import redis
from django.conf import settings
from django.db.models import Count
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from privacy.compliance import State, findings
from tickets.models import InboundMail, OutboundMail, Ticket

STATES = {State.WELL: 0, State.OPEN: 1, State.LOOK: 2, State.BROKEN: 3}
BY_CODE = (
    ("helpdesk_tickets", "Tickets, by status", Ticket, "status"),
    ("helpdesk_outgoing_mails", "Mails on their way, by state", OutboundMail, "state"),
    ("helpdesk_incoming_mails", "Received mails that are kept, by state", InboundMail, "state"),
)


class Collector:
    """Asks when it is asked: nothing is counted in between, and every process gives the same answer."""

    def collect(self) -> Iterator[Metric]:
        """Every metric."""
        for name, about, model, code in BY_CODE:
            metric = GaugeMetricFamily(name, about, labels=[code])
            for value, number in model.objects.order_by().values_list(code).annotate(Count("pk")):
                metric.add_metric([str(value)], number)
            yield metric
        yield GaugeMetricFamily("helpdesk_jobs_waiting", "Jobs in the queue", value=_jobs_waiting())
        yield from _controls()


def exposition() -> bytes:
    """Everything in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Collector())
    return generate_latest(registry)


def _controls() -> Iterator[Metric]:
    state = GaugeMetricFamily(
        "helpdesk_control_state",
        "0 in order, 1 not shown yet, 2 needs a look, 3 not in order",
        labels=["control"],
    )
    figure = GaugeMetricFamily(
        "helpdesk_control_figure", "A figure behind a control", labels=["control", "figure"]
    )
    moment = GaugeMetricFamily(
        "helpdesk_control_timestamp_seconds",
        "When something of a control last happened",
        labels=["control", "what"],
    )
    for control, finding in findings():
        state.add_metric([control.key], STATES[finding.state])
        for fact in finding.facts:
            if isinstance(fact.value, int):
                figure.add_metric([control.key, fact.code], fact.value)
            elif isinstance(fact.value, datetime):
                moment.add_metric([control.key, fact.code], fact.value.timestamp())
    yield from (state, figure, moment)


def _jobs_waiting() -> int:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        return int(broker.llen(settings.CELERY_TASK_DEFAULT_QUEUE))
