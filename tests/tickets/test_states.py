"""Whatever happens to a ticket in whatever order: what must always be true of it stays true."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import factories
from tests.examples import example, few
from tickets import assignment, lifecycle
from tickets.enums import DONE, Channel, MessageKind, OutboundKind, Priority, Status
from tickets.models import Message, OutboundMail, Ticket

START = datetime(2024, 3, 1, 12, tzinfo=UTC)
statuses = st.sampled_from(list(Status))


class TicketMachine(RuleBasedStateMachine):
    """Customer and agents act; a small model beside it says what has to come of it."""

    def __init__(self) -> None:
        super().__init__()
        self.around = example()
        self.around.__enter__()
        self.clock = time_machine.travel(START, tick=False)
        self.clock_now: Any = self.clock.start()
        self.agents = [factories.UserFactory() for _ in range(2)]
        self.customer = factories.ContactFactory()

    def teardown(self) -> None:
        self.clock.stop()
        self.around.__exit__(None, None, None)

    @initialize(settled=st.none() | statuses)
    def open(self, settled: Status | None) -> None:
        self.ticket = lifecycle.open(
            requester=self.customer, subject="?", body_text="?", channel=Channel.WEB, by=self.customer
        )
        self.expected: str = Status.NEW
        self.holder: int | None = None
        self.spoken = [(START, MessageKind.CUSTOMER)]
        self.moments: dict[str, datetime | None] = {"resolved": None, "closed": None, "first": None}
        if settled is not None:
            self.set_status(settled)

    def later(self) -> datetime:
        self.clock_now.shift(timedelta(minutes=1))
        return datetime.now(UTC)

    def _becomes(self, status: str, moment: datetime) -> None:
        self.moments["resolved"] = (self.moments["resolved"] or moment) if status in DONE else None
        self.moments["closed"] = (self.moments["closed"] or moment) if status == Status.CLOSED else None
        self.expected = status

    @rule(status=statuses)
    def set_status(self, status: Status) -> None:
        self._becomes(status, self.later())
        lifecycle.change_status(self.ticket, status, by=self.agents[0])

    @rule(then=st.none() | statuses, who=st.integers(0, 1))
    def answer(self, then: Status | None, who: int) -> None:
        moment = self.later()
        lifecycle.reply(self.ticket, by=self.agents[who], body_text="!", then_status=then)
        self.spoken.append((moment, MessageKind.AGENT))
        self.moments["first"] = self.moments["first"] or moment
        self._becomes(then or (self.expected if self.expected in DONE else Status.PENDING), moment)

    @rule()
    def ask_again(self) -> None:
        moment = self.later()
        lifecycle.reply(self.ticket, by=self.customer, body_text="??", channel=Channel.PORTAL)
        self.spoken.append((moment, MessageKind.CUSTOMER))
        self._becomes(Status.NEW if self.expected == Status.NEW else Status.OPEN, moment)

    @rule()
    def note(self) -> None:
        self.later()
        lifecycle.note(self.ticket, by=self.agents[0], body_text="hm")

    @rule()
    def reopen(self) -> None:
        moment = self.later()
        lifecycle.reopen(self.ticket, by=self.customer)
        if self.expected in DONE:
            self._becomes(Status.OPEN, moment)

    @rule(who=st.none() | st.integers(0, 1))
    def assign(self, who: int | None) -> None:
        moment = self.later()
        assignment.assign(self.ticket, None if who is None else self.agents[who], by=self.agents[0])
        if who not in (None, self.holder) and self.expected == Status.NEW:
            self._becomes(Status.OPEN, moment)
        self.holder = who

    @rule(priority=st.sampled_from(list(Priority)))
    def press(self, priority: Priority) -> None:
        self.later()
        lifecycle.change_priority(self.ticket, priority, by=self.agents[1])

    @invariant()
    def the_row_is_as_expected(self) -> None:
        row = Ticket.objects.get(pk=self.ticket.pk)
        assert row.status == self.expected
        assert (row.resolved_at, row.closed_at) == (self.moments["resolved"], self.moments["closed"])
        assert row.first_reply_at == self.moments["first"]
        assert (row.last_message_at, row.last_message_kind) == self.spoken[-1]
        assert row.waits_for_us == (row.status not in DONE and self.spoken[-1][1] == MessageKind.CUSTOMER)

    @invariant()
    def history_ends_with_the_row(self) -> None:
        row, last = Ticket.objects.get(pk=self.ticket.pk), self.ticket.history.latest("history_id")
        for name in ("status", "priority", "assignee_id", "resolved_at", "closed_at", "last_message_at"):
            assert getattr(row, name) == getattr(last, name)

    @invariant()
    def every_answer_has_one_mail_and_nothing_else_has(self) -> None:
        answers = set(Message.objects.filter(kind=MessageKind.AGENT).values_list("pk", flat=True))
        mails = list(OutboundMail.objects.filter(kind=OutboundKind.REPLY).values_list("message", flat=True))
        assert sorted(mails) == sorted(answers)
        assert len(answers) == sum(kind == MessageKind.AGENT for _moment, kind in self.spoken)


@pytest.mark.django_db(databases=["default", "vault"])
def test_a_ticket_keeps_its_promises() -> None:
    run_state_machine_as_test(TicketMachine, settings=few(12, stateful_step_count=14))  # type: ignore[no-untyped-call]
