"""All rights that a profile can hold: read from the models' declarations, never listed."""

from functools import cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy import registry
from privacy.enums import Act, ProfileKind
from privacy.governance import Module, Right, Setup

LEADERS = frozenset({ProfileKind.MANAGER, ProfileKind.SUPERVISOR})
KERNEL = (
    Right("manage_fields", _("Manage fields"), about=_("Add custom fields, and decide which are encrypted.")),
    Right(
        "import",
        _("Import data"),
        frozenset({ProfileKind.MANAGER}),
        about=_("Bring contacts and organisations in from a file."),
    ),
    Right(
        "export",
        _("Export data"),
        frozenset({ProfileKind.MANAGER}),
        about=_("Take data out, of every module that the profile may see."),
    ),
    Right("recycle_bin", _("Recycle bin"), LEADERS, about=_("See what was deleted, and bring it back.")),
    Right(
        "delete_for_good",
        _("Delete for good what lies in the recycle bin"),
        frozenset({ProfileKind.MANAGER}),
        about=_("Remove it at once, so that nobody can bring it back."),
    ),
    Right("audit_log", _("Audit log"), about=_("Read who did what, and who looked at what.")),
    Right(
        "data_requests",
        _("Requests of persons about their data"),
        about=_("Carry out access, correction, erasure and restriction (Art. 15–21 GDPR)."),
    ),
    Right("reports", _("Reports"), LEADERS, about=_("Look at figures; no person appears in them.")),
    Right(
        "reveal",
        _("See masked values, for a reason"),
        LEADERS,
        about=_("Open a masked address or number once; reason and moment are recorded."),
    ),
)
ACTS_OF = {
    ProfileKind.AGENT: frozenset({Act.VIEW, Act.CREATE, Act.UPDATE}),
    ProfileKind.LIGHT: frozenset({Act.VIEW}),
    ProfileKind.NEWBIE: frozenset({Act.VIEW, Act.CREATE, Act.UPDATE}),
    ProfileKind.SUPERVISOR: frozenset(Act),
    ProfileKind.MANAGER: frozenset(Act),
}


@cache
def modules() -> dict[str, type[models.Model]]:
    """The models that are modules, by their code."""
    found = {}
    for model in registry.first_party_models():
        governance = getattr(model, "governed_by", None)
        if isinstance(governance, Module):
            found[governance.code] = model
    return found


def module_right(code: str, act: Act) -> str:
    """The code of the right to do something to a module's records."""
    return f"{code}.{act}"


@cache
def named_rights() -> dict[str, Right]:
    """Every right besides the modules' acts, by its code, in the order of declaration."""
    found: dict[str, Right] = {}
    for model in registry.first_party_models():
        governance = getattr(model, "governed_by", None)
        if isinstance(governance, Module | Setup):
            found |= {right.code: right for right in governance.rights}
    return found | {right.code: right for right in KERNEL}


def all_codes() -> frozenset[str]:
    """Every right there is."""
    acts = {module_right(code, act) for code in modules() for act in Act}
    return frozenset(acts | named_rights().keys())


def given_to(kind: str) -> frozenset[str]:
    """What a default profile allows; a later module's rights are in it by themselves."""
    if kind == ProfileKind.ADMINISTRATOR:
        return all_codes()
    acts = ACTS_OF.get(ProfileKind(kind), frozenset())
    named = {right.code for right in named_rights().values() if kind in right.kinds}
    return frozenset({module_right(code, act) for code in modules() for act in acts} | named)
