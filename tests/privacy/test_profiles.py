"""Profiles: fixed ones follow the code, nobody gives what they don't have, fields are withheld with sense."""

import pytest
from django.core.exceptions import ValidationError

from contacts.models import Contact, Identity
from privacy import access, profiles
from privacy.access import Act, Denied, fields, rights
from privacy.access.rights import module_right
from privacy.enums import FieldRight, ProfileKind
from privacy.models import FieldPermission, Profile, User
from privacy.models.roles import PERMISSIONS
from tests import factories
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def own(db: None) -> Profile:
    made: Profile = factories.ProfileFactory(name="Own", rights=["tickets.view"])
    return made


@pytest.fixture
def keeper(db: None) -> User:
    """Manages permissions, and may otherwise see and change tickets only."""
    allowed = [PERMISSIONS, "tickets.view", "tickets.update"]
    made: User = factories.UserFactory(profile=factories.ProfileFactory(name="Keeper", rights=allowed))
    return made


def test_fixed_profiles_follow_the_code() -> None:
    acts = {kind: {act for act in Act if module_right("tickets", act) in rights.given_to(kind)} for kind in (
        ProfileKind.ADMINISTRATOR, ProfileKind.AGENT, ProfileKind.LIGHT,
    )}  # fmt: skip
    assert acts == {
        ProfileKind.ADMINISTRATOR: set(Act),
        ProfileKind.AGENT: {Act.VIEW, Act.CREATE, Act.UPDATE},
        ProfileKind.LIGHT: {Act.VIEW},
    }
    assert rights.given_to(ProfileKind.LIGHT) == {module_right(code, Act.VIEW) for code in rights.modules()}


@pytest.mark.parametrize("kind", ["administrator", "agent", "light"])
def test_fixed_profiles_are_not_changed(admin: User, kind: str) -> None:
    fixed = profiles.of_kind(ProfileKind(kind))
    with pytest.raises(ValidationError):
        profiles.change_rights(fixed, ["tickets.view"], by=admin)
    with pytest.raises(ValidationError):
        profiles.delete(fixed, by=admin)


def test_every_right_explains_itself_to_whoever_decides() -> None:
    assert [code for code, right in rights.named_rights().items() if not str(right.about)] == []


def test_a_clone_has_the_same_rights_also_to_fields(admin: User) -> None:
    newbie = profiles.of_kind(ProfileKind.NEWBIE)
    profiles.set_field_right(newbie, Ticket, "priority", FieldRight.READ, by=admin)
    copy = profiles.clone(newbie, "Trainee", by=admin)
    assert profiles.rights_of(copy) == profiles.rights_of(newbie)
    rows = FieldPermission.objects.filter(profile=copy).values_list("model", "field", "right")
    assert list(rows) == [("tickets.ticket", "priority", "read")]
    with pytest.raises(ValidationError):
        profiles.clone(newbie, "Trainee", by=admin)


def test_a_clone_of_a_fixed_profile_can_be_changed(admin: User) -> None:
    copy = profiles.clone(profiles.of_kind(ProfileKind.LIGHT), "Reader", by=admin)
    profiles.change_rights(copy, ["tickets.view", "reports"], by=admin)
    assert profiles.rights_of(Profile.objects.get(pk=copy.pk)) == {"tickets.view", "reports"}


def test_nobody_gives_what_they_do_not_have(own: Profile, keeper: User) -> None:
    with pytest.raises(ValidationError):
        profiles.change_rights(own, ["tickets.view", "export"], by=keeper)
    with pytest.raises(ValidationError):
        profiles.clone(profiles.of_kind(ProfileKind.MANAGER), "Mine", by=keeper)
    profiles.change_rights(own, ["tickets.view", "tickets.update"], by=keeper)
    assert "tickets.update" in Profile.objects.get(pk=own.pk).rights


def test_rights_that_somebody_lacks_can_stay_and_go(keeper: User) -> None:
    """Only what is added counts: who takes away needs nothing."""
    rich = factories.ProfileFactory(rights=["export", "import", "tickets.view"])
    profiles.change_rights(rich, ["export", "tickets.view"], by=keeper)
    assert Profile.objects.get(pk=rich.pk).rights == ["export", "tickets.view"]


def test_nobody_changes_their_own_profile(keeper: User) -> None:
    assert keeper.profile is not None
    with pytest.raises(ValidationError):
        profiles.change_rights(keeper.profile, [PERMISSIONS], by=keeper)
    with pytest.raises(ValidationError):
        profiles.set_field_right(keeper.profile, Ticket, "subject", FieldRight.HIDDEN, by=keeper)


def test_who_may_not_see_may_not_do_anything_else(own: Profile, admin: User) -> None:
    profiles.change_rights(own, ["tickets.update", "contacts.view", "contacts.update"], by=admin)
    assert Profile.objects.get(pk=own.pk).rights == ["contacts.update", "contacts.view"]


def test_unknown_rights_are_refused(own: Profile, admin: User) -> None:
    with pytest.raises(ValidationError):
        profiles.change_rights(own, ["tickets.fly"], by=admin)


@pytest.mark.parametrize(
    ("model", "name", "choices"),
    [
        (Ticket, "subject", "write read hidden"),
        (Ticket, "department", "write read"),  # mandatory
        (Contact, "full_name", "write read masked hidden"),
        (Identity, "value", "write read masked"),  # mandatory, an identifier
        (Ticket, "number", ""),  # nobody fills it in
        (Ticket, "nonsense", ""),
    ],
)
def test_what_can_be_set_for_a_field(model: type, name: str, choices: str) -> None:
    assert [str(each.value) for each in profiles.choices_for(model, name)] == choices.split()


def test_fields_are_withheld_and_given_back(own: Profile, admin: User) -> None:
    viewer = factories.UserFactory(profile=own)
    profiles.set_field_right(own, Ticket, "subject", FieldRight.HIDDEN, by=admin)
    assert "subject" not in access.visible_fields(User.objects.get(pk=viewer.pk), Ticket)
    profiles.set_field_right(own, Ticket, "subject", FieldRight.READ, by=admin)
    seen = User.objects.get(pk=viewer.pk)
    assert "subject" in access.visible_fields(seen, Ticket) - access.editable_fields(seen, Ticket)
    profiles.set_field_right(own, Ticket, "subject", FieldRight.WRITE, by=admin)
    assert "subject" in access.editable_fields(User.objects.get(pk=viewer.pk), Ticket)
    assert FieldPermission.objects.count() == 0


def test_setting_what_is_set_writes_no_history(own: Profile, admin: User) -> None:
    for _again in range(2):
        profiles.set_field_right(own, Ticket, "status", FieldRight.READ, by=admin)
        profiles.set_field_right(own, Ticket, "priority", FieldRight.WRITE, by=admin)
    assert FieldPermission.history.count() == 1


def test_mandatory_fields_and_administrators_are_left_alone(own: Profile, admin: User) -> None:
    with pytest.raises(ValidationError):
        profiles.set_field_right(own, Ticket, "department", FieldRight.HIDDEN, by=admin)
    administrator = profiles.of_kind(ProfileKind.ADMINISTRATOR)
    with pytest.raises(ValidationError):
        profiles.set_field_right(administrator, Ticket, "subject", FieldRight.HIDDEN, by=admin)


def test_the_fields_of_modules_and_their_parts_are_offered() -> None:
    offered = {model._meta.label_lower: [f.name for f in fields.governable_fields(model)]
               for model in fields.governable_models()}  # fmt: skip
    assert {"tickets.ticket", "tickets.message", "contacts.contact", "contacts.identity"} <= offered.keys()
    assert offered["contacts.identity"] == ["value"]
    assert "privacy.user" not in offered
    assert list(offered).index("tickets.message") < list(offered).index("contacts.contact")


def test_a_profile_in_use_stays(own: Profile, admin: User) -> None:
    person = factories.UserFactory(profile=own)
    with pytest.raises(ValidationError):
        profiles.delete(own, by=admin)
    person.profile = None
    person.save()
    profiles.delete(own, by=admin)
    assert own not in Profile.objects.all()


def test_who_may_not_manage_permissions_changes_nothing(own: Profile, agent: User) -> None:
    described = {"name": "x", "description": "", "needs_second_factor": False}
    for act in (
        lambda: profiles.clone(own, "Mine", by=agent),
        lambda: profiles.describe(own, **described, by=agent),
        lambda: profiles.change_rights(own, [], by=agent),
        lambda: profiles.set_field_right(own, Ticket, "subject", FieldRight.READ, by=agent),
        lambda: profiles.delete(own, by=agent),
    ):
        with pytest.raises(Denied):
            act()
