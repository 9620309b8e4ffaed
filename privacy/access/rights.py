"""All rights that a profile can hold: read from the models' declarations, never listed."""

from functools import cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy import registry
from privacy.enums import Act, ProfileKind
from privacy.governance import Module, Right, Setup

KERNEL = (
    Right("manage_fields", _("Manage fields")),
    Right("import", _("Import data"), frozenset({ProfileKind.MANAGER})),
    Right("export", _("Export data"), frozenset({ProfileKind.MANAGER})),
    Right("recycle_bin", _("Recycle bin"), frozenset({ProfileKind.MANAGER, ProfileKind.SUPERVISOR})),
    Right(
        "delete_for_good", _("Delete for good what lies in the recycle bin"), frozenset({ProfileKind.MANAGER})
    ),
    Right("audit_log", _("Audit log")),
    Right("data_requests", _("Requests of persons about their data")),
    Right("reports", _("Reports"), frozenset({ProfileKind.MANAGER, ProfileKind.SUPERVISOR})),
    Right(
        "reveal",
        _("See masked values, for a reason"),
        frozenset({ProfileKind.MANAGER, ProfileKind.SUPERVISOR}),
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
