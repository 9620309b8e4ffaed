"""Why somebody may see or change a record, or may not: answered by the very clauses that decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import BooleanField, Case, Count, Model, Q, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from privacy.access import clauses, fields, rights, viewpoint
from privacy.access.clauses import ALWAYS, Clause
from privacy.access.gate import is_staff, may, visible
from privacy.access.viewpoint import Viewpoint
from privacy.enums import Act, FieldRight
from privacy.governance import Module, Part, Setup
from privacy.models import Record, User


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether they may, and every reason for it; else what stands against it."""

    user: User
    allowed: bool
    reasons: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """What somebody may do with a field, and what says so."""

    label: str
    right: FieldRight
    why: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What of a module somebody sees: how many records, and how many by each reason; else what stands against it."""

    label: str
    acts: list[Act]
    total: int
    parts: list[tuple[str, int]]
    obstacles: list[str]


def explain(user: User, act: Act, record: Record) -> Answer:
    """Whether this person may do this to a record, and why."""
    return explain_all([user], act, record)[0]


def explain_all(users: Sequence[User], act: Act, record: Record) -> list[Answer]:
    """The same for several people, in one query over the record."""
    governance = cast(Any, type(record)).governed_by
    if isinstance(governance, Part):
        return _of_part(users, act, record, governance)
    if not isinstance(governance, Module):
        return [_of_setup(user, act, record) for user in users]
    viewpoint.meet(users)
    found = {user.pk: _Standing(user, act, type(record)) for user in users}
    conditions = {name: q for standing in found.values() for name, q in standing.conditions()}
    truths = _truths(record, conditions)
    return [found[user.pk].answer(truths) for user in users]


def explain_fields(user: User, record: Record) -> list[FieldAnswer]:
    """What this person may do with each field of a record that they may see."""
    view, model = viewpoint.of(user), type(record)
    known = fields.field_rights(view, model)
    may_write = may(user, Act.UPDATE, record)
    return [
        _of_field(view, model, each, known, may_write=may_write) for each in fields.governable_fields(model)
    ]


class _Standing:
    """One person and one kind of record: the clauses that could open it to them."""

    def __init__(self, user: User, act: Act, model: type[Model]) -> None:
        self.user, self.act, self.module = user, act, clauses.module_of(model)
        self.obstacles = list(_missing(user, act, self.module))
        self.within: list[Clause] = []
        self.beyond: list[Clause] = []
        self.bound = Q()
        if not self.obstacles:
            view = viewpoint.of(user)
            self.within = list(clauses.within(view, model, act))
            self.beyond = list(clauses.beyond(view, model, act))
            self.bound = clauses.bound(view, model)

    def conditions(self) -> Iterable[tuple[str, Q]]:
        """Each clause under a name, for one query."""
        yield self._name("bound", 0), self.bound or ALWAYS
        for kind in ("within", "beyond"):
            for number, clause in enumerate(getattr(self, kind)):
                yield self._name(kind, number), clause.q(self.module) or ALWAYS

    def answer(self, truths: dict[str, bool]) -> Answer:
        """What follows from which clauses are true of the record."""
        inside, outside = self._true("within", truths), self._true("beyond", truths)
        is_bounded = bool(inside) and not truths[self._name("bound", 0)]
        reasons = [clause.text for clause in (*(inside if not is_bounded else ()), *outside)]
        if reasons and not self.obstacles:
            return Answer(self.user, allowed=True, reasons=list(dict.fromkeys(reasons)))
        obstacles = list(self.obstacles)
        if is_bounded:
            text = _("{reason}, but it lies in a department in which they don't work")
            obstacles.append(text.format(reason=inside[0].text))
        elif not obstacles:
            obstacles.append(_("it is neither theirs nor shared with them"))
        return Answer(self.user, allowed=False, obstacles=obstacles)

    def _true(self, kind: str, truths: dict[str, bool]) -> list[Clause]:
        listed: list[Clause] = getattr(self, kind)
        return [clause for number, clause in enumerate(listed) if truths[self._name(kind, number)]]

    def _name(self, kind: str, number: int) -> str:
        return f"{kind}_{number}_{self.user.pk.hex}"


def _truths(record: Record, conditions: dict[str, Q]) -> dict[str, bool]:
    """Which conditions hold for a record; none for one that isn't there."""
    asked = {
        name: Case(When(q, then=Value(True)), default=Value(False), output_field=BooleanField())
        for name, q in conditions.items()
    }
    rows = type(record).everything.order_by().filter(pk=record.pk).annotate(**asked).values(*asked)
    return dict(rows.first() or dict.fromkeys(conditions, False))


def _missing(user: User, act: Act, module: Module) -> Iterable[str]:
    """What the profile lacks: no role and no sharing makes up for it."""
    view = viewpoint.of(user)
    if not is_staff(user):
        yield _("they may not sign in")
        return
    for needed in dict.fromkeys((Act.VIEW, act)):
        if not view.allows(module.code, needed):
            text = _("their profile “{profile}” doesn't allow it: {module}: {act}")
            profile = user.profile or "–"
            yield text.format(profile=profile, module=module.label, act=Act(needed).label)


def _of_part(users: Sequence[User], act: Act, record: Any, part: Part) -> list[Answer]:
    """A part is seen with its whole, and changed with it."""
    whole = getattr(record, part.of)
    wanted = act if act in (Act.VIEW, Act.DELETE) else Act.UPDATE
    answers = explain_all(users, wanted, whole)
    if whole.deleted_at is None:
        return answers
    text = _("it belongs to a record in the recycle bin")
    return [Answer(each.user, allowed=False, obstacles=[text]) for each in answers]


def _of_setup(user: User, act: Act, record: Record) -> Answer:
    """What is set up or one's own: a right decides."""
    if may(user, act, record):
        return Answer(user, allowed=True, reasons=[_("their profile allows it")])
    governance = cast(Any, type(record)).governed_by
    code = (
        getattr(governance, "see" if act == Act.VIEW else "manage", "")
        if isinstance(governance, Setup)
        else ""
    )
    right = rights.named_rights().get(code)
    text = _("their profile doesn't allow it: {right}").format(right=right.label if right else "–")
    return Answer(user, allowed=False, obstacles=[text])


def _of_field(
    view: Viewpoint, model: Any, each: Any, known: dict[str, FieldRight], *, may_write: bool
) -> FieldAnswer:
    label, right = str(capfirst(each.verbose_name)), known.get(each.name, FieldRight.WRITE)
    if right != FieldRight.WRITE:
        why = _("their profile “{profile}” says so").format(profile=view.user.profile)
    elif not may_write:
        right, why = FieldRight.READ, _("they may see the record, but not change it")
    else:
        why = _("nothing withholds it")
    return FieldAnswer(label, right, why)


def reach(user: User) -> list[Reach]:
    """How far somebody sees, module by module."""
    return [_reach(user, model) for model in rights.modules().values()]


def _reach(user: User, model: Any) -> Reach:
    standing = _Standing(user, Act.VIEW, model)
    acts = [act for act in Act if may(user, act, model)]
    label = str(standing.module.label)
    if standing.obstacles:
        return Reach(label, acts, 0, [], standing.obstacles)
    inside = [(clause.text, clause.q(standing.module) & standing.bound) for clause in standing.within]
    clauses_and_conditions = [*inside, *((each.text, each.q(standing.module)) for each in standing.beyond)]
    counts = {f"n{n}": Count("pk", filter=q or ALWAYS) for n, (_text, q) in enumerate(clauses_and_conditions)}
    found = model.objects.order_by().aggregate(**counts)
    parts = [(text, found[f"n{n}"]) for n, (text, _q) in enumerate(clauses_and_conditions)]
    return Reach(label, acts, visible(user, model.objects.all()).count(), _summed(parts), [])


def _summed(parts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """One line for each reason that opens anything."""
    found: dict[str, int] = {}
    for text, number in parts:
        found[text] = found.get(text, 0) + number
    return [(text, number) for text, number in found.items() if number]
