"""Groups: agents from anywhere in the tree, with whom records are shared."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from privacy import access, actor
from privacy.access import Act
from privacy.models import SharingRule, User


@transaction.atomic
def save(group: Group, *, members: Iterable[User], by: Any) -> Group:
    """Make a group or change it: its name, and exactly these members.

    Group rows are Django's and keep no history of their own; sharing rules are what says how they count.
    """
    access.demand(by, Act.UPDATE, SharingRule)
    with actor.acting(by):
        group.full_clean()
        group.save()
        _members(group).set(members)
    return group


@transaction.atomic
def delete(group: Group, *, by: Any) -> None:
    """A group that nothing speaks of goes. Raises ValidationError while a sharing rule does."""
    access.demand(by, Act.DELETE, SharingRule)
    if rules_about(group):
        raise ValidationError(_("A sharing rule speaks of this group. Change or delete that rule first."))
    with actor.acting(by):
        _members(group).clear()  # each leaves a trace; a deletion alone would tell of the group only
        group.delete()


def _members(group: Any) -> Any:
    """The people in a group, whose side of the relation Django adds when it runs."""
    return group.user_set


def rules_by_group() -> Counter[int]:
    """How many sharing rules speak of each group, by its id."""
    named = SharingRule.objects.order_by().values_list("source_group", "target_group")
    return Counter(pk for pair in named for pk in set(pair) if pk is not None)


def rules_about(group: Group) -> list[SharingRule]:
    """The sharing rules that speak of a group."""
    of_it = SharingRule.objects.filter(source_group=group) | SharingRule.objects.filter(target_group=group)
    return list(of_it)
