"""The kernel's own controls: how each is looked at. Counts, times and codes; nobody's data."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, Max, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from privacy import checks, registry, requests, retention, watching
from privacy.compliance.control import Control, Fact, Finding, State
from privacy.compliance.proving import age, newest
from privacy.erasure import ledger, replaying
from privacy.factors import standing
from privacy.models import (
    AuditBatch,
    AuditEvent,
    Authenticator,
    EndedPerson,
    OpeningAlarm,
    Passkey,
    PurgeRun,
    RetentionRule,
    User,
)
from privacy.models.proof import Proved
from privacy.vault import kek, rotation
from privacy.vault.models import SubjectKey

HOURS_OF_PURGE = timedelta(hours=3)  # it runs hourly
SEALED_WITHIN = timedelta(minutes=15)
NIGHTLY = timedelta(hours=26)
UNUSED = timedelta(days=90)
STUCK = timedelta(hours=24)


def encryption() -> Finding:
    """Keys by the key that wraps them; what still hangs on an old one."""
    census, current = rotation.census(), kek.provider().current_id()
    behind = sum(count for name, count in census.items() if name != current)
    oldest = SubjectKey.objects.using("vault").filter(wrapped__isnull=False).aggregate(at=Min("created_at"))
    fields = sum(1 for _model, _field in registry.sealed_columns())
    facts = (
        Fact("sealed_columns", _("sealed columns, history included"), fields),
        Fact("kek", _("current key-encryption key"), current),
        Fact("keys", _("data keys, one for each person"), sum(census.values())),
        Fact("keys_under_older_kek", _("data keys under an older key-encryption key"), behind),
        Fact("oldest_key", _("oldest data key"), oldest["at"]),
    )
    if behind:
        said = ngettext(
            "%(n)d data key waits for rotation.", "%(n)d data keys wait for rotation.", behind
        ) % {"n": behind}
        return Finding(State.LOOK, said, facts)
    return Finding(State.WELL, _("All personal fields are sealed under a key of their person."), facts)


def second_factor() -> Finding:
    """How many of those who may sign in have a second factor, and who lacks one that they need."""
    people = list(
        User.objects.filter(is_active=True).select_related("profile").annotate(has_factor=_has_factor())
    )
    having = sum(1 for user in people if user.has_factor)
    lacking = sum(1 for user in people if not user.has_factor and standing.is_required(user))
    facts = (
        Fact("accounts", _("active accounts"), len(people)),
        Fact("with_factor", _("of them with a second factor"), having),
        Fact("lacking", _("need one and have none yet"), lacking),
    )
    if having == len(people):
        return Finding(State.WELL, _("Everybody signs in with a second factor."), facts)
    said = _("%(have)d of %(all)d accounts have a second factor.") % {"have": having, "all": len(people)}
    return Finding(State.BROKEN if lacking else State.LOOK, said, facts)


def accounts() -> Finding:
    """Accounts that nobody uses, and how many may do everything."""
    active = User.objects.filter(is_active=True)
    limit = timezone.now() - UNUSED
    unused = active.filter(Q(last_login__lt=limit) | Q(last_login=None, created_at__lt=limit)).count()
    powerful = active.filter(Q(is_superuser=True) | Q(profile__kind="administrator")).count()
    facts = (
        Fact("unused", _("active accounts not used for 90 days"), unused),
        Fact("administrators", _("administrators"), powerful),
    )
    if unused:
        said = ngettext(
            "%(n)d account is unused: deactivate it.", "%(n)d accounts are unused: deactivate them.", unused
        )
        return Finding(State.LOOK, said % {"n": unused}, facts)
    return Finding(State.WELL, _("Every active account is in use."), facts)


def purge() -> Finding:
    """Whether what is due goes."""
    last = PurgeRun.objects.filter(finished_at__isnull=False).order_by("-started_at").first()
    facts = (
        Fact("last_run", _("last run"), last.finished_at if last else None),
        Fact("removed", _("rows removed by it"), sum(last.counts.values()) if last else 0),
        Fact("rules", _("retention rules set"), RetentionRule.objects.count()),
        Fact("terms", _("terms that there are"), len(retention.terms())),
    )
    if last is None or last.finished_at is None:
        return Finding(State.OPEN, _("The purge hasn't run yet."), facts)
    if age(last.finished_at) > HOURS_OF_PURGE:
        return Finding(State.BROKEN, _("The purge has not run for hours: is the worker up?"), facts)
    return Finding(State.WELL, _("What has lain in the bin for its time is gone."), facts)


def audit_sealed() -> Finding:
    """Whether the sealer keeps up."""
    last = AuditBatch.objects.aggregate(number=Max("number"), last=Max("last_id"), at=Max("sealed_at"))
    waiting = AuditEvent.objects.filter(id__gt=last["last"] or 0)
    late = waiting.filter(moment__lt=timezone.now() - SEALED_WITHIN).exists()
    facts = (
        Fact("batches", _("sealed batches"), last["number"] or 0),
        Fact("last_seal", _("last seal"), last["at"]),
    )
    if late:
        return Finding(State.BROKEN, _("Events wait too long for their seal: is the worker up?"), facts)
    return Finding(State.WELL, _("Every change is sealed within minutes."), facts)


def audit_verified() -> Finding:
    """What the nightly check found."""
    last = newest(Proved.AUDIT)
    if last is None:
        return Finding(State.OPEN, _("The audit hasn't been verified yet; it is every night."))
    facts = (
        Fact("verified_at", _("verified"), last.moment),
        Fact("breaks", _("breaks found"), last.figures.get("breaks", 0)),
    )
    if not last.is_well:
        return Finding(
            State.BROKEN, _("The audit was altered: run verify_audit and see what it names."), facts
        )
    if age(last.moment) > NIGHTLY:
        return Finding(State.LOOK, _("The last verification is more than a day old."), facts)
    return Finding(State.WELL, _("Nothing was altered, nothing is missing."), facts)


def access_log() -> Finding:
    """Whether somebody opened unusually many people's data of late."""
    week = timezone.now() - watching.WEEK
    alarms = OpeningAlarm.objects.filter(moment__gt=week).count()
    facts = (
        Fact("alarms", _("alarms within a week"), alarms),
        Fact("alarm_from", _("people a day from which there is an alarm"), settings.ACCESS_ALARM_PEOPLE),
    )
    if alarms:
        return Finding(State.LOOK, _("Somebody opened the data of unusually many people."), facts)
    return Finding(State.WELL, _("Every opening of personal data is logged; nothing unusual."), facts)


def register_complete() -> Finding:
    """Whether every field says what it is about."""
    wrong = len(checks.check_declarations())
    personal = sum(1 for _entry in registry.personal_fields())
    facts = (
        Fact("personal_fields", _("fields declared personal"), personal),
        Fact("undeclared", _("fields that say nothing"), wrong),
    )
    if wrong:
        return Finding(State.BROKEN, _("Some fields don't say whether they hold personal data."), facts)
    return Finding(State.WELL, _("Every field says what it holds, why, and on which basis."), facts)


def data_requests() -> Finding:
    """Whether people are answered in time."""
    now = requests.standing()
    facts = (
        Fact("open", _("open requests"), now.open),
        Fact("overdue", _("overdue"), now.overdue),
    )
    if now.overdue:
        said = ngettext("%(n)d request is overdue.", "%(n)d requests are overdue.", now.overdue) % {
            "n": now.overdue
        }
        return Finding(State.BROKEN, said, facts)
    return Finding(State.WELL, _("Nobody waits longer than the law allows."), facts)


def erasure() -> Finding:
    """Whether what was promised is carried out, in this database, too."""
    unfinished = ledger.entries().filter(finished_at=None)
    stuck = unfinished.filter(started_at__lt=timezone.now() - STUCK).count()
    undone = len(replaying.missing())
    keys = EndedPerson.objects.count()
    facts = (
        Fact("finished", _("erasures carried out"), ledger.entries().exclude(finished_at=None).count()),
        Fact("pending", _("under way"), unfinished.count()),
        Fact("stuck", _("under way for more than a day"), stuck),
        Fact("not_replayed", _("not carried out in this database"), undone),
        Fact("keys_to_destroy", _("keys of removed persons still to destroy"), keys),
    )
    if undone:
        return Finding(
            State.BROKEN, _("Erased people are in this database again: run replay_erasures."), facts
        )
    if stuck:
        return Finding(State.LOOK, _("An erasure has not come to its end for a day."), facts)
    return Finding(State.WELL, _("Who was erased is erased; the ledger agrees."), facts)


def _has_factor() -> Exists:
    apps = Authenticator.objects.filter(user=OuterRef("pk"), confirmed_at__isnull=False)
    return Exists(apps) | Exists(Passkey.objects.filter(user=OuterRef("pk")))  # type: ignore[return-value]


#: The kernel's controls, in the order in which they are shown.
CONTROLS = (
    Control(
        "encryption",
        gettext_lazy("Encryption"),
        gettext_lazy(
            "Personal data is sealed with AES-256-GCM, under a key for each person, kept in a database apart."
        ),
        encryption,
    ),
    Control(
        "second_factor",
        gettext_lazy("Second factor"),
        gettext_lazy("Profiles can demand an authenticator app or a passkey; without it nobody gets in."),
        second_factor,
    ),
    Control(
        "accounts",
        gettext_lazy("Accounts"),
        gettext_lazy("Each person has an account of their own; what nobody uses is closed."),
        accounts,
    ),
    Control(
        "access_log",
        gettext_lazy("Access log"),
        gettext_lazy("Who opened whose data is written down, and shown to the people themselves."),
        access_log,
    ),
    Control(
        "register",
        gettext_lazy("Register of processing"),
        gettext_lazy(
            "Generated from the declarations of all fields; a field that says nothing stops the build."
        ),
        register_complete,
    ),
    Control(
        "purge",
        gettext_lazy("Retention"),
        gettext_lazy("Deleted data goes for good after its time, with history, files and keys."),
        purge,
    ),
    Control(
        "erasure",
        gettext_lazy("Erasure"),
        gettext_lazy("Erasures are kept in a ledger beside the keys, and replayed after a restore."),
        erasure,
    ),
    Control(
        "requests",
        gettext_lazy("Requests of persons"),
        gettext_lazy("Requests under Art. 15 to 21 GDPR have a clock, and someone who answers."),
        data_requests,
    ),
    Control(
        "audit_sealed",
        gettext_lazy("Audit is sealed"),
        gettext_lazy(
            "Every change leaves an event that the database lets nobody change; sealed in a keyed chain."
        ),
        audit_sealed,
    ),
    Control(
        "audit_verified",
        gettext_lazy("Audit is verified"),
        gettext_lazy(
            "Every night the whole chain is checked against its seals and the anchor outside the database."
        ),
        audit_verified,
    ),
)
