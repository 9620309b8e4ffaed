"""Data sharing: how far a module is open by itself, rules, and single records shared for a while."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from privacy import access, actor
from privacy.access import Act, criteria, grants, rights
from privacy.enums import Level
from privacy.models import GroupGrant, ModuleSharing, Record, SharingRule, User, UserGrant


@transaction.atomic
def set_level(module: str, level: Level, *, by: Any) -> None:
    """Share a module's records by themselves, or no longer. Raises ValidationError for an unknown module."""
    access.demand(by, Act.UPDATE, ModuleSharing)
    if module not in rights.modules():
        raise ValidationError(_("There is no such module: {module}.").format(module=module))
    with actor.acting(by):
        known = ModuleSharing.objects.select_for_update().filter(module=module).first()
        known = known or ModuleSharing(module=module)
        if known.level != level or known._state.adding:
            known.level = level
            known.save()


def levels() -> dict[str, Level]:
    """How far each module is shared by itself."""
    known = dict(ModuleSharing.objects.values_list("module", "level"))
    return {module: Level(known.get(module, Level.PRIVATE)) for module in rights.modules()}


@transaction.atomic
def save_rule(rule: SharingRule, *, by: Any) -> SharingRule:
    """Make or change a sharing rule. Raises ValidationError for one that makes no sense."""
    access.demand(by, Act.CREATE if rule._state.adding else Act.UPDATE, SharingRule)
    check_rule(rule)
    with actor.acting(by):
        rule.save()
    return rule


@transaction.atomic
def delete_rule(rule: SharingRule, *, by: Any) -> None:
    """What was shared by this rule alone is shared no longer."""
    access.demand(by, Act.DELETE, rule)
    with actor.acting(by):
        rule.bin(by=by)


def check_rule(rule: SharingRule) -> None:
    """Raises ValidationError unless the rule says whose records, and to whom. What doesn't belong is cleared."""
    model = rights.modules().get(rule.module)
    if model is None:
        raise ValidationError({"module": _("There is no such module: {module}.").format(module=rule.module)})
    by_role = rule.source in (SharingRule.Source.ROLE, SharingRule.Source.BRANCH)
    rule.source_role = rule.source_role if by_role else None
    rule.source_group = rule.source_group if rule.source == SharingRule.Source.GROUP else None
    rule.criteria = rule.criteria if rule.source == SharingRule.Source.CRITERIA else []
    is_group = rule.target == SharingRule.Target.GROUP
    rule.target_role = None if is_group else rule.target_role
    rule.target_group = rule.target_group if is_group else None
    _check_complete(rule, by_role=by_role)
    for entry in rule.criteria:
        criteria.check(model, entry)


def _check_complete(rule: SharingRule, *, by_role: bool) -> None:
    missing = {}
    if by_role and rule.source_role is None:
        missing["source_role"] = _("Choose whose records are shared.")
    if rule.source == SharingRule.Source.GROUP and rule.source_group is None:
        missing["source_group"] = _("Choose whose records are shared.")
    if rule.source == SharingRule.Source.CRITERIA and not rule.criteria:
        missing["source"] = _("Say which records are meant: add a criterion.")
    if rule.target == SharingRule.Target.GROUP and rule.target_group is None:
        missing["target_group"] = _("Choose with whom they are shared.")
    if rule.target != SharingRule.Target.GROUP and rule.target_role is None:
        missing["target_role"] = _("Choose with whom they are shared.")
    if missing:
        raise ValidationError(missing)


@transaction.atomic
def grant(
    record: Record, to: User | Group, *, may_write: bool = False, until: datetime | None = None, by: Any
) -> Any:
    """Share one record with an agent or a group; a second time changes what was shared.

    Raises ValidationError for an end that has passed.
    """
    if until is not None and until <= actor.now():
        raise ValidationError(_("This end has passed already. Choose a later day."))
    table, who = _table(record, to)
    with actor.acting(by):
        known = table.objects.select_for_update().filter(content_object=record, **{who: to}).first()
        known = known or table(content_object=record, **{who: to})
        known.permission = _permission(type(record), "change" if may_write else "view")
        known.expires_at = until
        known.save()
    return known


@transaction.atomic
def revoke(record: Record, to: User | Group, *, by: Any) -> None:
    """Share it with them no longer; what wasn't shared stays so."""
    table, who = _table(record, to)
    with actor.acting(by):
        for known in table.objects.filter(content_object=record, **{who: to}):
            known.bin(by=by)


def grants_of(record: Record) -> list[Any]:
    """With whom a record is shared singly, and until when; what has ended is left out."""
    found: list[Any] = []
    for kind, who in ((UserGrant, "user"), (GroupGrant, "group")):
        if (table := grants.table_for(type(record), kind)) is not None:
            rows = table.objects.filter(content_object=record).select_related(who, "permission")
            found += grants.lasting(rows)
    return found


def _table(record: Record, to: User | Group) -> tuple[Any, str]:
    """Raises ValidationError for a kind of record that isn't shared singly."""
    kind, who = (UserGrant, "user") if isinstance(to, User) else (GroupGrant, "group")
    if (table := grants.table_for(type(record), kind)) is None:
        raise ValidationError(_("Records of this kind are not shared singly."))
    return table, who


def _permission(model: type[Record], act: str) -> Permission:
    kind = ContentType.objects.get_for_model(model)
    return Permission.objects.get(content_type=kind, codename=f"{act}_{model._meta.model_name}")
