"""Two sides of a house: in each a department with its people and a customer with everything that can be about one.

Side a's values are canaries: each declared field of each of its rows holds words that stand nowhere else.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import models

from contacts.enums import IdentityKind
from contacts.models import Contact, Identity
from privacy import profiles, registry, retention, roles, sharing
from privacy.access import rights
from privacy.declaration import Personal, declared
from privacy.enums import Level, ProfileKind
from privacy.models import (
    DataRequest,
    Restriction,
    RetentionRule,
    Role,
    SharingRule,
    Token,
    TokenPurpose,
    User,
)
from privacy.vault.files import SealedFileField
from tests import factories
from tests.privacy.custom.fields import make_field
from tests.privacy.erasure import specimens
from tickets import tagging
from tickets.enums import Channel, InboundState, MessageKind, OutboundKind
from tickets.models import (
    Attachment,
    Department,
    Draft,
    InboundMail,
    Membership,
    OutboundMail,
    Participant,
    Ticket,
)


@dataclass
class Side:
    """One department and one customer; ``rows`` has one row of each model that there is."""

    name: str
    rows: dict[type[models.Model], Any] = field(default_factory=dict)
    secrets: dict[TokenPurpose, str] = field(default_factory=dict)

    def value(self, pattern: str, name: str) -> str:
        """What stands for a parameter of an address. Raises LookupError for one that nobody has thought of."""
        if name == "number":
            return str(self.rows[Ticket].number)
        if name in ("object_id", "pk"):
            return str(self._key(_model_of(pattern)))
        if name == "slug":
            return str(self.rows[Department].slug)
        if name == "secret":
            return self.secrets[next(use for start, use in LINKS.items() if pattern.startswith(start))]
        for known in (f"{pattern.split('<')[0]}{name}", name):  # some mean something else in some places
            if known in WORDS:
                return WORDS[known]
            if known in IDS:
                return str(self._key(apps.get_model(IDS[known])))
        raise LookupError(f"{pattern}: say in tests/doors/world.py what “{name}” is")

    def _key(self, model: Any) -> Any:
        """The side's own row, else any there is, else one that isn't there."""
        row = self.rows.get(model) or model._base_manager.order_by("pk").first()
        return row.pk if row else NOWHERE


NOWHERE = UUID(int=7)
LINKS = {
    "portal/link/<str:secret>/consents/": TokenPurpose.CONSENT,
    "portal/link/": TokenPurpose.TICKET,
    "portal/privacy/confirmation/": TokenPurpose.REQUEST,
    "portal/receipts/": TokenPurpose.RECEIPT,
    "invitation/": TokenPurpose.INVITATION,
}
WORDS = {
    "desk/people/place": "contact",
    "desk/people/key": "colour",
    "desk/tickets/key": "colour",
    "portal/privacy/wishes/kind": "erasure",
    "key": "open",
    "source": "all",
    "way": "smtp",
    "uidb64": "x",
    "token": "x-y",
    "content_type_id": "1",
    "label": "tickets.ticket",
    "kind": "ticket",
    "code": "identity",
    "model": "contacts.identity",
    "field": "value",
    "notice": "persons_de",
    "act": str(NOWHERE),
}
IDS = {
    "message_id": "tickets.Message",
    "attachment_id": "tickets.Attachment",
    "mail_id": "tickets.InboundMail",
    "tag_id": "tickets.Tag",
    "record_id": "tickets.Ticket",
    "contact_id": "contacts.Contact",
    "other_id": "contacts.Contact",
    "breach_id": "privacy.Breach",
    "identity_id": "contacts.Identity",
    "row_id": "contacts.Identity",
    "user_id": "privacy.User",
    "request_id": "privacy.DataRequest",
    "hold_id": "privacy.LegalHold",
    "grant_id": "tickets.TicketUserGrant",
    "key_id": "privacy.Passkey",
    "portal/privacy/passkeys/key_id": "contacts.CustomerPasskey",
    "visit_id": "privacy.Visit",
    "job_id": "privacy.ExportJob",
    "package_id": "privacy.PersonPackage",
    "scan_id": "tickets.BystanderScan",
}


@dataclass
class World:
    """Both sides, and everybody who tries the doors; None is a stranger."""

    a: Side
    b: Side
    staff: dict[str, User]

    @property
    def everybody(self) -> dict[str, User | Contact | None]:
        """By name, in the order of how much they may."""
        customers = {"customer a": self.a.rows[Contact], "customer b": self.b.rows[Contact]}
        return {"stranger": None, **customers, **self.staff}


def build() -> World:
    """The world; a ticket of each side is owned by an agent there, and a's is shared with the light agent."""
    top = Role.objects.get(name=roles.CEO)
    lead, crew = Role(name="Lead", reports_to=top), Role(name="Crew")
    lead.save()
    crew.reports_to = lead
    crew.save()
    a, b = Side("a"), Side("b")
    staff = {
        "light": _person("light", ProfileKind.LIGHT, crew),
        "other": _person("other", ProfileKind.AGENT, crew),
        "agent": _person("agent", ProfileKind.AGENT, crew),
        "supervisor": _person("supervisor", ProfileKind.SUPERVISOR, lead),
        "admin": _person("admin", ProfileKind.ADMINISTRATOR, top),
    }
    _fill(a, staff["agent"])
    _fill(b, staff["other"])
    for name in ("agent", "light", "supervisor"):
        Membership(user=staff[name], department=a.rows[Department]).save()
    Membership(user=staff["other"], department=b.rows[Department]).save()
    sharing.grant(a.rows[Ticket], staff["light"], by=None)
    plant(a)
    _complete(a)
    for restriction in Restriction.objects.all():  # another specimen; it would take side a out of sight
        restriction.bin(by=None)
    _set_up(a, crew)
    for side in (a, b):
        _hand_out_links(side)
    for module in rights.modules():
        sharing.set_level(module, Level.PRIVATE, by=None)
    return World(a, b, staff)


def _person(name: str, kind: ProfileKind, role: Role) -> User:
    made: User = factories.UserFactory(
        email=f"{name}@helpdesk.example", full_name=name.title(), profile=profiles.of_kind(kind), role=role
    )
    return made


def _fill(side: Side, agent: User) -> None:
    department = factories.DepartmentFactory(name=f"Department {side.name}", slug=f"department-{side.name}")
    organisation = factories.OrganisationFactory()
    contact = factories.ContactFactory(full_name=f"Person {side.name}", email=f"{side.name}@person.example")
    contact.organisation = organisation
    contact.save()
    ticket = factories.TicketFactory(requester=contact, department=department, assignee=agent)
    message = factories.MessageFactory(ticket=ticket, author_contact=contact, body_html="<p>x</p>")
    answer = factories.MessageFactory(
        ticket=ticket, kind=MessageKind.AGENT, channel=Channel.WEB, author_user=agent
    )
    factories.MessageFactory(ticket=ticket, kind=MessageKind.NOTE, author_user=agent)
    tag = factories.TagFactory(name=f"tag {side.name}")
    tagging.tag(ticket, tag.name, by=None)
    copied = factories.ContactFactory(email=f"copied-{side.name}@person.example")
    Participant(ticket=ticket, contact=copied).save()
    mailbox = factories.MailboxFactory(department=department)
    attachment = Attachment(message=message, filename="file", content_type="text/plain")
    held = InboundMail(
        fingerprint=f"fingerprint-----{side.name}".encode()[-16:],
        state=InboundState.ATTENTION,
        mailbox=mailbox,
        reason="unreadable",
    )
    draft = Draft(user=agent, ticket=ticket, kind=MessageKind.AGENT, body="begun")
    out = OutboundMail(kind=OutboundKind.REPLY, ticket=ticket, message=answer, recipient=contact)
    attachment.content, held.raw = ContentFile(b"x", "x"), ContentFile(b"Subject: x\r\n\r\nx", "x")  # type: ignore[assignment]
    for row in (attachment, held, draft, out):
        row.save()
    identity = Identity.objects.get(contact=contact, kind=IdentityKind.EMAIL)
    told = (agent, department, organisation, contact, identity, ticket, message, tag, mailbox)
    side.rows = {type(row): row for row in (*told, attachment, held, draft, out)}


def _complete(side: Side) -> None:
    """A row of every other model that can be about a person: a later model is in the world by itself."""
    for person in (side.rows[Contact], side.rows[User]):
        for model, pk in specimens.about(person).items():
            if model not in side.rows:
                side.rows[model] = model._base_manager.get(pk=pk)
    for model, _entry in registry.personal_fields():
        if model not in side.rows:
            side.rows[model] = specimens.make(model, side.rows[Contact], {})


def _set_up(side: Side, role: Role) -> None:
    """What an administrator has made: custom fields, a group, and a row of every other model in the admin."""
    for model in (Ticket, Contact):
        make_field(WORDS["desk/tickets/key"], module=model._meta.label_lower)
    RetentionRule(term=next(iter(retention.terms())), days=30).save()
    SharingRule(
        module=Ticket.governed_by.code,
        source=SharingRule.Source.ROLE,
        source_role=role,
        target="role",
        target_role=role,
    ).save()
    made = {Role: role, Contact: side.rows[Contact]}
    for model in admin.site._registry:
        if not model._base_manager.exists():
            specimens.make(model, side.rows[Contact], made)


def _hand_out_links(side: Side) -> None:
    """A link for each purpose."""
    person, invited = side.rows[Contact], factories.UserFactory(email=f"invited-{side.name}@helpdesk.example")
    targets = {TokenPurpose.TICKET: side.rows[Ticket], TokenPurpose.REQUEST: side.rows.get(DataRequest)}
    for purpose in LINKS.values():
        owner = invited if purpose == TokenPurpose.INVITATION else person
        target = targets.get(purpose)
        side.secrets[purpose] = Token.issue(
            purpose, owner.pk, target_id=target and target.pk, lifetime=timedelta(days=1)
        )


def plant(side: Side) -> None:
    """Put a canary into every declared field of the side's rows; those that are made of specimens have one."""
    for model, row in side.rows.items():
        for name, entry in declared(model).items():
            each = model._meta.get_field(name)
            if isinstance(each, SealedFileField):
                setattr(row, name, ContentFile(canary(model, name).encode(), "x"))
            elif isinstance(entry, Personal) and not each.choices:
                setattr(row, name, _word(model, name))
        row.save()


def canary(model: type[models.Model], name: str) -> str:
    """The words that stand in this field of side a, and nowhere else."""
    return f"{specimens.CANARY}.{model._meta.model_name}.{name}"


def _word(model: type[models.Model], name: str) -> str:
    word = canary(model, name)
    is_address = re.search("email|cc$", name) or model is Identity
    return f"{word}@example.org" if is_address else f"<p>{word}</p>" if name.endswith("html") else word


def _model_of(pattern: str) -> Any:
    """Of an address that names an app and a model, or else of people."""
    _face, app, model, *_rest = pattern.split("/")
    return apps.get_model(app, model) if pattern.startswith("admin/") and app != "r" else Contact
