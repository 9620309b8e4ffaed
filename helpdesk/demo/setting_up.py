"""The installation of the demo: departments, mailboxes on the demo mail server, staff."""

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from contacts.models import Contact, Identity
from helpdesk.demo.company import COMPANY, PASSWORD, STAFF, UNITS, Unit, addressed
from helpdesk.demo.mailserver.signin import PASSWORD as MAIL_PASSWORD
from privacy import groups, profiles, roles, sharing
from privacy.enums import FieldRight, Level, ProfileKind
from privacy.models import Role, SharingRule, User
from tickets.enums import Priority, Security, TagColour
from tickets.models import Department, Mailbox, Membership, Tag, Ticket

LEADERS = {"administrator": "ceo", "manager": "manager", "supervisor": "head"}
CLERK, CLERKS_ADDRESS = "Clerk", addressed("sophie")
LOOPBACK = "127.0.0.1"
COLOURS = {
    TagColour.BLUE: ("garantie", "warranty"),
    TagColour.TEAL: ("ersatzteil", "spare-part"),
    TagColour.VIOLET: ("b2b", "gastro"),
    TagColour.AMBER: ("vor-ort", "on-site", "erstattung", "refund"),
    TagColour.RED: ("mahnung", "incident"),
    TagColour.GREEN: ("lob", "praise"),
}


def departments() -> dict[str, Department]:
    """By their key in the scripts."""
    return {unit.key: _department(unit, position) for position, unit in enumerate(UNITS)}


def staff() -> dict[str, User]:
    """By their e-mail address. One password for all: hashed once."""
    hashed = make_password(PASSWORD)
    tree = _roles()
    units = {unit.slug: unit for unit in Department.objects.all()}
    made = {}
    for colleague in STAFF:
        profile = profiles.of_kind(ProfileKind(colleague.kind))
        role = tree[LEADERS.get(colleague.kind, colleague.unit)]
        user = User(
            email=colleague.email, full_name=colleague.full_name, password=hashed, profile=profile, role=role
        )
        user.save()
        Membership(department=units[colleague.unit], user=user).save()
        made[colleague.email] = user
    return made


def shared() -> None:
    """Who writes to us is known to all; customer service may read along what technical support answers."""
    for module in ("contacts", "organisations"):
        sharing.set_level(module, Level.PUBLIC_READ, by=None)
    tree = {role.name: role for role in Role.objects.all()}
    SharingRule(
        module="tickets",
        source=SharingRule.Source.BRANCH,
        source_role=tree["Technical support"],
        target=SharingRule.Target.ROLE,
        target_role=tree["Customer service"],
    ).save()
    _on_call()


def withheld() -> None:
    """What can be seen at once: who starts sees no addresses; the clerk sees them masked, and may say why."""
    newbie = profiles.of_kind(ProfileKind.NEWBIE)
    for model, name, right in (
        (Identity, "value", FieldRight.MASKED),
        (Contact, "notes", FieldRight.HIDDEN),
        (Ticket, "priority", FieldRight.READ),
    ):
        profiles.set_field_right(newbie, model, name, right, by=None)
    clerk = profiles.clone(profiles.of_kind(ProfileKind.AGENT), CLERK, by=None)
    profiles.change_rights(clerk, [*clerk.rights, "reveal"], by=None)
    profiles.set_field_right(clerk, Identity, "value", FieldRight.MASKED, by=None)
    for user in User.objects.filter(email=CLERKS_ADDRESS):
        user.profile = clerk
        user.save(update_fields=["profile"])


def _on_call() -> None:
    """A group across the tree, and what it is there for."""
    members = User.objects.filter(email__in=[addressed("mia"), addressed("ben")])
    group = groups.save(Group(name="On call"), members=members, by=None)
    SharingRule(
        module="tickets",
        source=SharingRule.Source.CRITERIA,
        criteria=[["priority", "is", int(Priority.URGENT)]],
        target=SharingRule.Target.GROUP,
        target_group=group,
        may_write=True,
        superiors_too=True,
    ).save()


def _roles() -> dict[str, Role]:
    """CEO, Manager, head of customer service, and one role for each department's agents."""
    tree = {"ceo": Role.objects.get(name=roles.CEO), "manager": Role.objects.get(name=roles.MANAGER)}
    tree["head"] = Role(name="Head of customer service", reports_to=tree["manager"])
    tree["head"].save()
    for unit in UNITS:
        above = tree["head"] if unit.is_default else tree["manager"]
        tree[unit.key] = Role(name=unit.name, reports_to=above, share_data_with_peers=unit.is_default)
        tree[unit.key].save()
    return tree


def tags() -> None:
    """The tags that have a colour."""
    for colour, names in COLOURS.items():
        for name in names:
            Tag(name=name, colour=colour).save()


def follow_ports() -> int:
    """The demo mail server may listen elsewhere today: its mailboxes learn where. Returns how many did."""
    moved = Mailbox.objects.filter(imap_host=LOOPBACK, smtp_host=LOOPBACK).exclude(
        imap_port=settings.DEMO_IMAP_PORT, smtp_port=settings.DEMO_SMTP_PORT
    )
    for mailbox in moved:
        mailbox.imap_port, mailbox.smtp_port = settings.DEMO_IMAP_PORT, settings.DEMO_SMTP_PORT
        mailbox.save(update_fields=["imap_port", "smtp_port"])
    return len(moved)


def _department(unit: Unit, position: int) -> Department:
    department = Department(
        name=unit.name, slug=unit.key, description=unit.description, is_default=unit.is_default,
        position=position, signature=f"{COMPANY}\nKaffeekai 9, 28217 Bremen\nwww.moorbach.example",
    )  # fmt: skip
    department.save()
    for name, local in unit.mailboxes:
        _mailbox(department, name, addressed(local))
    return department


def _mailbox(department: Department, name: str, address: str) -> None:
    Mailbox(
        department=department,
        name=name,
        address=address,
        from_name=f"Moorbach {name}",
        imap_host=LOOPBACK,
        imap_port=settings.DEMO_IMAP_PORT,
        imap_security=Security.PLAIN,
        imap_username=address,
        smtp_host=LOOPBACK,
        smtp_port=settings.DEMO_SMTP_PORT,
        smtp_security=Security.PLAIN,
        smtp_username=address,
        password=MAIL_PASSWORD,
        use_plus_addressing=True,
    ).save()
