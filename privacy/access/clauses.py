"""Why somebody may see or change a module's records: one clause a reason. The gate and the explanation share them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, cast

from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext as _

from privacy.access import criteria, grants, rights
from privacy.access.viewpoint import Viewpoint
from privacy.enums import Act, Level
from privacy.governance import Module
from privacy.models import SharingRule

ALWAYS, NOTHING = Q(pk__isnull=False), Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Clause:
    """One reason: by whom a row is owned (``owners``), its id (``keys``: queries), or what else holds of it."""

    reason: str
    text: str
    owners: frozenset[Any] | None = None
    condition: Q | None = None
    keys: tuple[Any, ...] = ()

    def q(self, module: Module) -> Q:
        """As a condition of SQL."""
        if self.owners is not None:
            return Q(**{f"{module.owner}__in": self.owners})
        if self.keys:
            return reduce(or_, (Q(pk__in=each) for each in self.keys))
        return self.condition or Q()


def module_of(model: type[Model]) -> Module:
    """The module that a model is. The caller knows that it is one."""
    return cast(Module, cast(Any, model).governed_by)


def within(view: Viewpoint, model: type[Model], act: Act) -> Iterator[Clause]:
    """The reasons that hold within the departments (or whatever bounds the module)."""
    module = module_of(model)
    if view.is_administrator:
        yield Clause("administrator", _("administers the helpdesk: nothing is withheld"))
        return
    level = view.level(module.code)
    if level == Level.PUBLIC_ALL or (act == Act.VIEW and level == Level.PUBLIC_READ):
        yield Clause("public", _("the module is shared: {level}").format(level=level.label))
    yield Clause("own", _("it is their own"), owners=frozenset({view.user.pk}))
    if below := view.holders(view.below(view.user.role_id)):
        yield Clause("below", _("its owner's role reports to theirs"), owners=below)
    if view.shares_with_peers:
        peers = view.holders({view.user.role_id})
        yield Clause("peers", _("its owner has the same role, which shares with peers"), owners=peers)
    if module.unowned and view.holds(module.unowned):
        unowned = Q(**{f"{module.owner}__isnull": True})
        yield Clause("unowned", _("nobody owns it, and their profile handles such"), condition=unowned)
    for rule in view.rules(module.code):
        if act == Act.VIEW or (act == Act.UPDATE and rule.may_write):
            yield _of_rule(view, model, rule)


def beyond(view: Viewpoint, model: type[Model], act: Act) -> Iterator[Clause]:
    """The reasons that departments don't bound: what was shared singly, what an open record leads to."""
    if view.is_administrator:
        return
    if granted := grants.keys(view, model, act):
        yield Clause("granted", _("it was shared with them singly"), keys=granted)
    if act == Act.VIEW:
        yield from _opened(view, model)


def bound(view: Viewpoint, model: type[Model]) -> Q:
    """The departments (or whatever bounds the module) that this person works in."""
    module = module_of(model)
    if module.bound is None or view.is_administrator or (module.unbound and view.holds(module.unbound)):
        return Q()
    return module.bound(view.user)


def condition(view: Viewpoint, model: type[Model], act: Act) -> Q | None:
    """All reasons as one condition, owners in one list; None where nothing is withheld."""
    module = module_of(model)
    if not view.allows(module.code, act) or not view.allows(module.code, Act.VIEW):
        return NOTHING
    if view.is_administrator:
        return None
    owners: set[Any] = set()
    others = Q()
    is_open = False
    for clause in within(view, model, act):
        if clause.owners is not None:
            owners |= clause.owners
        elif clause.condition is not None:
            others |= clause.condition
        else:
            is_open = True
            break
    inside = Q() if is_open else Q(**{f"{module.owner}__in": sorted(owners)}) | others
    inside &= bound(view, model)
    if not inside:
        return None
    for clause in beyond(view, model, act):
        inside |= clause.q(module)
    return inside


def _of_rule(view: Viewpoint, model: type[Model], rule: SharingRule) -> Clause:
    if rule.source == SharingRule.Source.CRITERIA:
        text = _("a sharing rule opens records that match its criteria to them")
        return Clause("rule", text, condition=criteria.condition(model, rule.criteria))
    name = rule.source_group if rule.source == SharingRule.Source.GROUP else rule.source_role
    text = _("a sharing rule opens what “{name}” owns to them").format(name=name)
    return Clause("rule", text, owners=view.owners(rule))


def _opened(view: Viewpoint, model: type[Model]) -> Iterator[Clause]:
    """What records of other modules lead here and are seen."""
    for other in rights.modules().values():
        for path in module_of(other).opens:
            if _end_of(other, path) is model:
                seen = condition(view, other, Act.VIEW)
                rows: Any = cast(Any, other).objects.filter(Q() if seen is None else seen)
                leads = Exists(rows.filter(**{path.replace(".", "__"): OuterRef("pk")}))
                text = _("it belongs to one of the {records} that they may see")
                label = other._meta.verbose_name_plural
                yield Clause("opened", text.format(records=label), condition=Q(leads))


def _end_of(model: Any, path: str) -> Any:
    for step in path.split("."):
        model = model._meta.get_field(step).related_model
    return model
