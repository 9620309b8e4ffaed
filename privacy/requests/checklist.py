"""What has to be done for each kind of request, in order."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.enums import RequestKind, RequestState
from privacy.models import DataRequest

OLD_ADDRESS, NEW_ADDRESS = "old_address", "new_address"

STEPS: dict[str, str | Promise] = {
    "received": _("Tell the person that the request has arrived"),
    "identity": _("Make sure that it is really them"),
    "scope": _("Understand what they want, ask back if it isn’t clear"),
    "others": _("Look for data of other people that may not be handed out"),
    "package": _("Make and look through the package"),
    "correct": _("Correct what is wrong, also where it was passed on (Art. 19)"),
    "bystanders": _("Look for them in the tickets of other people"),
    "recipients": _("Tell everybody to whom the data was passed on (Art. 19)"),
    "holds": _("Check whether a duty or a dispute stands against it"),
    "grounds": _("Weigh our grounds against theirs (Art. 21 (1))"),
    "answered": _("Answer the person"),
}
OF_KIND = {
    RequestKind.ACCESS: ("received", "identity", "scope", "others", "package", "answered"),
    RequestKind.PORTABILITY: ("received", "identity", "others", "package", "answered"),
    RequestKind.RECTIFICATION: ("received", "identity", "correct", "recipients", "answered"),
    RequestKind.ERASURE: ("received", "identity", "holds", "bystanders", "recipients"),
    RequestKind.RESTRICTION: ("received", "identity", "scope", "recipients", "answered"),
    RequestKind.OBJECTION: ("received", "identity", "grounds", "answered"),
}


def steps_of(kind: RequestKind) -> tuple[str, ...]:
    """The codes of the steps for a kind of request."""
    return OF_KIND[kind]


def awaits_addresses(request: DataRequest) -> bool:
    """Whether a link in a mail still has to be followed: from the portal the known address confirms, and for
    another address both do, whoever recorded the wish."""
    wanted = set()
    if request.new_address:
        wanted = {OLD_ADDRESS, NEW_ADDRESS}
    elif request.state == RequestState.UNCONFIRMED:
        wanted = {OLD_ADDRESS}
    return not wanted <= set(request.steps)
