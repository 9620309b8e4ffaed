"""What a profile may not see is in no answer, whatever the door; that it would be found, test_matrix.py shows."""

import pytest
from django.db import models

from privacy import profiles, registry
from privacy.access import rights
from privacy.enums import FieldRight
from privacy.models import Profile, User
from tests import factories
from tests.doors import world
from tests.doors.visiting import walk

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

OWN = {"User.email"}  # everybody sees their own address


def hideable() -> dict[str, tuple[type[models.Model], str, FieldRight]]:
    """Every declared field that can be hidden, or else masked."""
    found = {}
    for model, entry in registry.personal_fields():
        choices = profiles.choices_for(model, entry.field)
        for right in (FieldRight.HIDDEN, FieldRight.MASKED):
            if right in choices:
                found[f"{model.__name__}.{entry.field}"] = (model, entry.field, right)
                break
    return found


def test_what_a_profile_hides_is_in_no_answer() -> None:
    """The profile may do everything, so that every door opens; and see nothing that can be hidden."""
    house = world.build()
    profile: Profile = factories.ProfileFactory(rights=sorted(rights.all_codes()))
    for model, name, right in hideable().values():
        profiles.set_field_right(profile, model, name, right, by=None)
    agent: User = house.staff["agent"]
    agent.profile = profile
    agent.save()
    met = walk(house, User.objects.get(pk=agent.pk), ["GET"])
    assert met.shown & set(hideable()) - OWN == set()
