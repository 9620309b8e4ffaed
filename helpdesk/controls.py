"""What the project adds to the controls: transport, backups, the libraries that it is made of."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.compliance import Control, Fact, Finding, Proved, State, newest, register
from privacy.compliance.proving import age

DAILY = timedelta(hours=26)
WEEKLY = timedelta(days=8)
MONTHLY = timedelta(days=31)


def transport() -> Finding:
    """Whether anybody between browser and server can read along."""
    facts = (
        Fact("region", _("region"), settings.REGION),
        Fact("https", _("only by HTTPS"), _("yes") if settings.HTTPS else _("no")),
        Fact("hsts_days", _("days that browsers remember it (HSTS)"), settings.SECURE_HSTS_SECONDS // 86_400),
    )
    if settings.DEBUG or not settings.HTTPS:
        return Finding(State.LOOK, _("This installation is set up for development."), facts)
    return Finding(State.WELL, _("Pages and cookies travel encrypted only."), facts)


def backups() -> Finding:
    """When everything was last saved, and whether restoring was tried."""
    made, restored = newest(Proved.BACKUP), newest(Proved.RESTORE)
    facts = (
        Fact("made_at", _("last backup"), made.moment if made else None),
        Fact("restored_at", _("last restored"), restored.moment if restored else None),
    )
    if made is None:
        return Finding(State.OPEN, _("No backup was made yet (manage.py backup)."), facts)
    if age(made.moment) > WEEKLY:
        return Finding(State.BROKEN, _("The last backup is more than a week old."), facts)
    if age(made.moment) > DAILY:
        return Finding(State.LOOK, _("The last backup is more than a day old."), facts)
    return Finding(State.WELL, _("Data and vault are backed up, apart from each other."), facts)


def dependencies() -> Finding:
    """When the libraries were last compared with known weaknesses."""
    last = newest(Proved.DEPENDENCIES)
    if last is None:
        return Finding(State.OPEN, _("Not checked yet (manage.py audit_dependencies)."))
    facts = (
        Fact("checked_at", _("checked"), last.moment),
        Fact("known_weaknesses", _("known weaknesses"), last.figures.get("weaknesses", 0)),
    )
    if not last.is_well:
        return Finding(State.BROKEN, _("Libraries with known weaknesses are in use."), facts)
    if age(last.moment) > MONTHLY:
        return Finding(State.LOOK, _("The last check is more than a month old."), facts)
    return Finding(State.WELL, _("No library in use has a known weakness."), facts)


def connect() -> None:
    """Tell the kernel."""
    register(
        Control(
            "transport",
            gettext_lazy("Transport and region"),
            gettext_lazy(
                "Encrypted transport, strict cookies and a strict content policy; the region is fixed and shown."
            ),
            transport,
        ),
        Control(
            "backups",
            gettext_lazy("Backups"),
            gettext_lazy(
                "Data and files sealed in one place, keys in another; a restore replays the erasures."
            ),
            backups,
        ),
        Control(
            "dependencies",
            gettext_lazy("Libraries"),
            gettext_lazy("Pinned with hashes, and compared with the list of known weaknesses."),
            dependencies,
        ),
    )
