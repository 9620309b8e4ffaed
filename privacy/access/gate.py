"""May they? Asked by every door, verb and query."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Case, Model, Q, When
from django.utils.translation import gettext as _

from privacy import actor, lens
from privacy.access import clauses, customers, fields, persons, rights, viewpoint
from privacy.enums import Act, Via
from privacy.governance import ADMINISTRATION, Closed, Module, Own, Part, Setup
from privacy.models import Record, User


class Denied(PermissionDenied):
    """A member of staff tried what their profile or sharing doesn't allow; the text says what."""


def visible(viewer: Any, queryset: Any, act: Act = Act.VIEW) -> Any:
    """Those rows of the queryset that the viewer may see (or do ``act`` to)."""
    if is_staff(viewer):
        return queryset.filter(*_conditions(viewer, queryset.model, act))
    if customers.is_customer(viewer) and act == Act.VIEW:
        return queryset.filter(customers.own(viewer, queryset.model))
    return queryset.none()


def may(viewer: Any, act: Act, target: Record | type[Record]) -> bool:
    """Whether the viewer may do this to a record, or to records of a model at all."""
    if isinstance(target, type):
        return is_staff(viewer) and _may_at_all(viewpoint.of(viewer), target, act)
    everything = getattr(type(target), "everything", type(target).objects)
    return visible(viewer, everything.filter(pk=target.pk), act).exists()


def whether(viewer: User, act: Act, model: type[Model]) -> Case:
    """What ``may`` answers, as an expression: asked of rows in the statement that reads them."""
    allowed = Q(*_conditions(viewer, model, act)) if is_staff(viewer) else clauses.NOTHING
    return Case(When(allowed or clauses.ALWAYS, then=True), default=False, output_field=BooleanField())


def holds(viewer: Any, *codes: str) -> bool:
    """Whether the viewer is staff whose profile allows all of these."""
    return is_staff(viewer) and viewpoint.of(viewer).holds(*codes)


def administers(viewer: Any) -> bool:
    """Whether the viewer may set anything up."""
    administrative = (right.code for right in rights.named_rights().values() if right.room == ADMINISTRATION)
    return is_staff(viewer) and any(viewpoint.of(viewer).holds(code) for code in administrative)


def administers_all(viewer: Any) -> bool:
    """Whether nothing is withheld from the viewer."""
    return is_staff(viewer) and viewpoint.of(viewer).is_administrator


def outranks(viewer: Any, other: User) -> bool:
    """Whether the viewer may do all that somebody else may: only then they change that account."""
    return is_staff(viewer) and viewpoint.of(viewer).holds(*viewpoint.of(other).rights)


def demand(by: Any, act: Act, target: Record | type[Record], *codes: str) -> None:
    """Raises Denied if ``by`` is staff who may not; verbs begin with it.

    The system (None) and customers pass: what they may do is decided at their own doors. So does what is only
    retold: it happened.
    """
    if not isinstance(by, User) or actor.is_retelling():
        return
    if not holds(by, *codes):
        missing = next((right for right in codes if not holds(by, right)), "")
        right = rights.named_rights().get(missing)
        raise Denied(
            _("Your profile doesn't allow this: {right}.").format(right=right.label if right else missing)
        )
    if not may(by, act, target):
        raise Denied(_("You may see this, but not change it."))


def demand_field(by: Any, model: type[Model], name: str) -> None:
    """Raises Denied if ``by`` is staff who may not write this field."""
    if isinstance(by, User) and not actor.is_retelling() and name not in fields.editable_fields(by, model):
        said = _("Your profile doesn't let you change this field: {field}.")
        raise Denied(said.format(field=fields.label_of(model, name)))


def is_staff(viewer: Any) -> bool:
    """Whether this is a member of staff who may come in at all."""
    return isinstance(viewer, User) and viewer.is_active and viewer.deleted_at is None


@contextmanager
def looking(viewer: Any, *, via: Via) -> Iterator[None]:
    """Inside, the viewer acts, and what they may not see reads as empty: the frame of every page and export."""
    with actor.acting(viewer, via=via), lens.through(fields.lens_of(viewer)):
        yield


def _conditions(viewer: User, model: type[Model], act: Act) -> Iterator[Q]:
    """What has to hold of a row: what the rules leave to this member of staff, and the people behind it."""
    yield from filter(None, (_of_staff(viewpoint.of(viewer), model, act), persons.condition(model, act)))


def _of_staff(view: viewpoint.Viewpoint, model: type[Model], act: Act) -> Q | None:
    governance = getattr(model, "governed_by", None)  # what says nothing shows nothing
    if isinstance(governance, Module):
        return clauses.condition(view, model, act)
    if isinstance(governance, Part):
        return _of_part(view, model, governance, act)
    if isinstance(governance, Own):
        return Q(**{governance.of: view.user.pk})
    if isinstance(governance, Setup):
        return _of_setup(view, governance, act)
    assert governance is None or isinstance(governance, Closed)
    return clauses.NOTHING


def _of_part(view: viewpoint.Viewpoint, model: Any, part: Part, act: Act) -> Q | None:
    """A part is seen with its whole, and changed with it: an answer more is a change of the ticket."""
    whole: Any = model._meta.get_field(part.of).related_model
    wanted = act if act in (Act.VIEW, Act.DELETE) else Act.UPDATE
    condition = _of_staff(view, whole, wanted)
    living = Q(**{f"{part.of}__deleted_at__isnull": True}) if issubclass(whole, Record) else Q()
    if condition is None:
        return living
    return living & Q(**{f"{part.of}__in": whole._base_manager.filter(condition)})


def _of_setup(view: viewpoint.Viewpoint, setup: Setup, act: Act) -> Q | None:
    if view.is_administrator:
        return None
    if act != Act.VIEW or setup.see:
        needed = setup.see if act == Act.VIEW else setup.manage
        if not view.holds(needed):
            return clauses.NOTHING
    return None if setup.bound is None or view.holds(setup.unbound) else setup.bound(view.user)


def _may_at_all(view: viewpoint.Viewpoint, model: Any, act: Act) -> bool:
    governance = model.governed_by
    if isinstance(governance, Module):
        return view.allows(governance.code, act) and view.allows(governance.code, Act.VIEW)
    if isinstance(governance, Part):
        wanted = act if act in (Act.VIEW, Act.DELETE) else Act.UPDATE
        return _may_at_all(view, model._meta.get_field(governance.of).related_model, wanted)
    if isinstance(governance, Setup):
        needed = governance.see if act == Act.VIEW else governance.manage
        return not needed or view.holds(needed)
    return isinstance(governance, Own)
