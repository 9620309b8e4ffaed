"""What the helpdesk itself adds to the controls: whether mail comes in and goes out."""

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.compliance import Control, Fact, Finding, State, register
from tickets.delivery import RETRYABLE
from tickets.enums import InboundState
from tickets.models import InboundMail, Mailbox, OutboundMail


def mail() -> Finding:
    """Mails that didn't go out, that wait for a decision, and mailboxes with an error."""
    out = OutboundMail.objects.aggregate(failed=Count("pk", filter=Q(state__in=RETRYABLE)))
    held = InboundMail.objects.filter(state=InboundState.ATTENTION).count()
    broken = Mailbox.objects.exclude(state__last_error_code="").exclude(state=None).count()
    facts = (
        Fact("failed", _("mails that didn’t go out"), out["failed"]),
        Fact("held", _("mails that need attention"), held),
        Fact("mailboxes_with_error", _("mailboxes with an error"), broken),
    )
    if broken or out["failed"]:
        return Finding(State.LOOK, _("Some mail didn’t reach whom it was for."), facts)
    return Finding(State.WELL, _("Mail comes in and goes out."), facts)


def connect() -> None:
    """Tell the kernel."""
    register(
        Control(
            "mail",
            gettext_lazy("Mail"),
            gettext_lazy("No mail is lost or sent twice; what fails is shown to those who can do something."),
            mail,
        )
    )
