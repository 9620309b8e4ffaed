"""Tells the plan to the product: every message goes through the same verbs as a real one, at its moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from contacts import identification
from contacts.enums import IdentityKind
from contacts.models import Contact, Organisation
from helpdesk.demo import agreements, extras, setting_up, wishes
from helpdesk.demo.company import LOGINS, STAFF, addressed
from helpdesk.demo.enclosures import enclosed
from helpdesk.demo.people import Firm, Person
from helpdesk.demo.planning import TICKETS, Happening, Plan, Story, planned
from privacy import actor
from privacy.enums import Via
from privacy.models import User
from tickets import assignment, lifecycle, tagging
from tickets.attaching import NewAttachment
from tickets.enums import Channel, Priority, Status
from tickets.lifecycle import MailFacts
from tickets.models import Department, Ticket

CHANNELS = {"email": Channel.EMAIL, "web": Channel.WEB}


@dataclass(slots=True)
class Company:
    """What has been set up, and the customers met so far."""

    units: dict[str, Department]
    staff: dict[str, User]
    firms: dict[str, Organisation] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)


def is_loaded() -> bool:
    """Whether the demo is there already."""
    return bool(User.everything.filter(email=LOGINS[0].email).exists())


def load(count: int = TICKETS) -> dict[str, int]:
    """Everything, or (when stopped on the way) nothing. Returns how much of what."""
    plan = planned(timezone.now(), count)
    with transaction.atomic(), transaction.atomic(using="vault"), actor.acting(None, via=Via.COMMAND):
        with actor.at(plan.stories[0].begun - timedelta(days=3)):
            company = Company(setting_up.departments(), setting_up.staff())
            setting_up.shared()
            setting_up.withheld()
            setting_up.tags()
            purposes = agreements.asked()
            extras.defined()
        for story in plan.stories:
            Narrator(company, story).tell()
        _meet_the_others(company, plan)
        everybody = list(company.contacts.values())
        agreements.answered(purposes, everybody, timezone.now())
        wishes.asked(everybody[-3:], company.staff[LOGINS[0].email], timezone.now())
    return {"contacts": len(company.contacts), "tickets": len(plan.stories), "agents": len(company.staff)}


def _meet_the_others(company: Company, plan: Plan) -> None:
    """Customers who never asked anything: they signed up some time or other."""
    begun, span = plan.stories[0].begun, timezone.now() - plan.stories[0].begun
    for place, person in enumerate(plan.people, 1):
        with actor.at(begun + span * place / (len(plan.people) + 1)):
            met(company, person)


def met(company: Company, person: Person) -> Contact:
    """The contact of a person; made when they first appear."""
    if (known := company.contacts.get(person.emails[0])) is not None:
        return known
    contact = Contact(full_name=person.full_name, language=person.language)
    contact.organisation = _firm(company, person.firm) if person.firm else None
    contact.save()
    for email in person.emails:
        identification.add_identity(contact, IdentityKind.EMAIL, email)
    if person.phone:
        identification.add_identity(contact, IdentityKind.PHONE, person.phone)
    if person.handle:
        identification.add_identity(contact, IdentityKind.HANDLE, person.handle)
    extras.of_person(contact, person.emails[0])
    company.contacts[person.emails[0]] = contact
    return contact


def _firm(company: Company, firm: Firm) -> Organisation:
    if firm.name not in company.firms:
        made = Organisation(name=firm.name, domain=firm.domain)
        made.save()
        extras.of_firm(made)
        company.firms[firm.name] = made
    return company.firms[firm.name]


class Narrator:
    """Tells one story."""

    def __init__(self, company: Company, story: Story) -> None:
        self.company, self.story = company, story
        self.chance = story.telling.chance
        self.said = 0
        self.last_answer = ""

    def tell(self) -> None:
        """From the first message to where it is now."""
        first, *others = self.story.happenings
        with actor.at(first.at):
            self.customer = met(self.company, self.story.cast.customer)
            self.ticket = self._opened(first)
            extras.of_ticket(self.ticket, f"{self.ticket.subject} {self.ticket.messages.get().body_text}")
        self._handed_out()
        for happening in others:
            with actor.at(happening.at):
                self._happens(happening)
        if self.story.ends:
            with actor.at(self.story.ends), actor.acting(None, via=Via.TASK):
                lifecycle.close(self.ticket, by=None)

    def _opened(self, first: Happening) -> Ticket:
        script, telling = self.story.script, self.story.telling
        channel = CHANNELS[script.channel]
        lands_in = "service" if self.story.goes_through_front_desk else script.department
        copies = [met(self.company, self.story.copies_to).primary_email] if self.story.copies_to else []
        with actor.acting(self.customer, via=Via.MAIL if channel == Channel.EMAIL else Via.PORTAL):
            return lifecycle.open(
                requester=self.customer,
                subject=telling.subject,
                body_text=telling.told(first.step.text, by="customer"),
                channel=channel,
                by=self.customer,
                department=self.company.units[lands_in],
                language=script.language,
                priority=Priority[script.priority.upper()],
                cc=copies,
                attachments=[enclosed(name, telling) for name in first.step.files],
                mail=self._mailed(channel, ", ".join(copies)),
                confirm=False,
            )

    def _handed_out(self) -> None:
        story, agent = self.story, self._user(self.story.cast.agent.email)
        if story.assigned_at is None:
            return
        with actor.at(story.assigned_at), actor.acting(agent, via=Via.DESK):
            if story.goes_through_front_desk:
                front = self._user(addressed("mia"))
                assignment.move(self.ticket, self.company.units[story.script.department], by=front)
            giver = self._user(STAFF[1].email) if self.chance.random() < 0.2 else agent
            self.ticket = assignment.assign(self.ticket, agent, by=giver)
            for tag in story.script.tags[: self.chance.choice((0, 1, 2, 2))]:
                tagging.tag(self.ticket, tag, by=agent)

    def _happens(self, happening: Happening) -> None:
        telling, step = self.story.telling, happening.step
        text, files = telling.told(step.text, by=step.kind), [enclosed(name, telling) for name in step.files]
        who = self._user(happening.author.email) if happening.author else self.customer
        with actor.acting(who, via=Via.DESK if happening.author else Via.MAIL):
            if isinstance(who, Contact):
                self._answered(text, files)
            elif step.kind == "agent":
                self.last_answer = telling.quoted(text, happening.at)
                then = Status.RESOLVED if "resolve" in step.acts else None
                lifecycle.reply(self.ticket, by=who, body_text=text, attachments=files, then_status=then)
            else:
                lifecycle.note(self.ticket, by=who, body_text=text, attachments=files)
        for act in step.acts:
            if not (act == "resolve" and step.kind == "agent"):  # that was one step
                self._act(act, who)

    def _answered(self, text: str, files: list[NewAttachment]) -> None:
        channel = Channel.PORTAL if self.chance.random() < 0.2 else Channel.EMAIL
        lifecycle.reply(
            self.ticket, by=self.customer, body_text=text, channel=channel, attachments=files,
            mail=self._mailed(channel),
        )  # fmt: skip

    def _act(self, act: str, who: User | Contact) -> None:
        """What the agent does next, a minute later."""
        agent = who if isinstance(who, User) else self._user(self.story.cast.agent.email)
        name, _, value = act.partition(":")
        acts: dict[str, Callable[[], object]] = {
            "resolve": partial(lifecycle.change_status, self.ticket, Status.RESOLVED, by=agent),
            "hold": partial(lifecycle.change_status, self.ticket, Status.ON_HOLD, by=agent),
            "assign": partial(assignment.assign, self.ticket, agent, by=agent),
            "tag": partial(tagging.tag, self.ticket, value, by=agent),
            "priority": lambda: lifecycle.change_priority(self.ticket, Priority[value.upper()], by=agent),
        }
        with (
            actor.at(actor.now() + timedelta(seconds=self.chance.randrange(20, 90))),
            actor.acting(agent, via=Via.DESK),
        ):
            acts[name]()

    def _mailed(self, channel: Channel, cc: str = "") -> MailFacts:
        """What a mail brings along: its id, and now and then the quoted answer below."""
        if channel != Channel.EMAIL:
            return MailFacts()
        self.said += 1
        sender = self.story.cast.customer.emails[0]
        message_id = f"{self.chance.getrandbits(64):x}.{self.said}@{sender.partition('@')[2]}"
        quoted = self.last_answer if self.chance.random() < 0.5 else ""
        return MailFacts(message_id=message_id, cc=cc, quoted_text=quoted)

    def _user(self, email: str) -> User:
        return self.company.staff[email]
