"""Profiles: what may be done. Fixed ones follow the code; the others can be changed and cloned."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from privacy import access, actor
from privacy.access import Act, fields, rights
from privacy.declaration import Personal, declared
from privacy.enums import Category, FieldRight, ProfileKind
from privacy.models import FieldPermission, Profile, User


def ensure_defaults() -> None:
    """One profile of each kind."""
    known = set(Profile.everything.values_list("kind", flat=True))
    for kind in ProfileKind:
        if kind not in known and kind != ProfileKind.CUSTOM:
            fixed = Profile(name=kind.value, kind=kind)
            fixed.rights = [] if fixed.is_fixed else sorted(rights.given_to(kind))
            fixed.save()


def of_kind(kind: ProfileKind) -> Profile:
    """The default profile of a kind."""
    found: Profile = Profile.objects.get(kind=kind)
    return found


def rights_of(profile: Profile) -> frozenset[str]:
    """The codes that a profile allows now."""
    if profile.is_fixed:
        return rights.given_to(profile.kind)
    return frozenset(profile.rights) & rights.all_codes()


@transaction.atomic
def clone(profile: Profile, name: str, *, by: Any) -> Profile:
    """A new profile with the same rights, also to fields.

    Raises ValidationError for a name that is taken, or rights that ``by`` doesn't have.
    """
    access.demand(by, Act.CREATE, Profile)
    codes = rights_of(profile)
    _check_within(codes, by)
    made = Profile(
        name=name,
        description=profile.description,
        rights=sorted(codes),
        needs_second_factor=profile.needs_second_factor,
    )
    made.full_clean()
    with actor.acting(by):
        made.save()
        for entry in FieldPermission.objects.filter(profile=profile):
            FieldPermission(profile=made, model=entry.model, field=entry.field, right=entry.right).save()
    return made


@transaction.atomic
def describe(profile: Profile, *, name: str, description: str, needs_second_factor: bool, by: Any) -> Profile:
    """What a profile is called and how its people sign in; default profiles keep their names.

    Raises ValidationError for a name that is taken.
    """
    access.demand(by, Act.UPDATE, profile)
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    named = name if profile.kind == ProfileKind.CUSTOM else profile.name
    wanted = (named, description, needs_second_factor)
    if (profile.name, profile.description, profile.needs_second_factor) != wanted:
        profile.name, profile.description, profile.needs_second_factor = wanted
        profile.full_clean()
        with actor.acting(by):
            profile.save()
    return profile


@transaction.atomic
def change_rights(profile: Profile, codes: Iterable[str], *, by: Any) -> Profile:
    """Exactly these rights; who may not see a module's records may not do anything else to them either.

    Raises ValidationError for a fixed profile, one's own, a right that doesn't exist or that ``by`` doesn't have.
    """
    access.demand(by, Act.UPDATE, profile)
    wanted = set(codes)
    if profile.is_fixed:
        raise ValidationError(_("This profile is fixed. Clone it and change the copy."))
    if unknown := wanted - rights.all_codes():
        raise ValidationError(_("There is no such right: {codes}.").format(codes=", ".join(sorted(unknown))))
    wanted -= _blind(wanted)
    with actor.acting(by):
        profile = Profile.objects.select_for_update().get(pk=profile.pk)
        if set(profile.rights) != wanted:
            _check_not_own(profile, by)
            _check_within(wanted - set(profile.rights), by)
            profile.rights = sorted(wanted)
            profile.save()
    return profile


def _blind(codes: set[str]) -> set[str]:
    """Acts on the records of modules that can't be seen."""
    unseen = [code for code in rights.modules() if rights.module_right(code, Act.VIEW) not in codes]
    return {rights.module_right(code, act) for code in unseen for act in Act}


def _check_within(codes: Iterable[str], by: Any) -> None:
    """Nobody gives what they don't have. Raises ValidationError."""
    if isinstance(by, User) and not access.holds(by, *codes):
        raise ValidationError(_("You can't give rights that your own profile doesn't have."))


def _check_not_own(profile: Profile, by: Any) -> None:
    """Nobody changes what they may do themselves. Raises ValidationError."""
    if isinstance(by, User) and by.profile_id == profile.pk:
        raise ValidationError(_("This is your own profile. Somebody else has to change it."))


@transaction.atomic
def set_field_right(
    profile: Profile, model: type[models.Model], name: str, right: FieldRight, *, by: Any
) -> None:
    """What the profile may do with a field.

    Raises ValidationError for what makes no sense, and for one's own profile.
    """
    access.demand(by, Act.UPDATE, profile)
    if profile.is_administrator:
        raise ValidationError(_("Nothing is withheld from administrators."))
    check_field_right(model, name, right)
    label = model._meta.label_lower
    with actor.acting(by):
        entry = FieldPermission.objects.select_for_update().filter(profile=profile, model=label, field=name)
        known = entry.first() or FieldPermission(profile=profile, model=label, field=name)
        if right == (FieldRight.WRITE if known._state.adding else known.right):
            return
        _check_not_own(profile, by)
        if right == FieldRight.WRITE:
            known.bin(by=by)
        else:
            known.right = right
            known.save()


def check_field_right(model: type[models.Model], name: str, right: FieldRight) -> None:
    """Raises ValidationError for a field that can't have this right."""
    if right not in choices_for(model, name):
        raise ValidationError(
            _("“{field}” is mandatory, or no identifier: “{right}” can't be set.").format(
                field=name, right=right.label
            )
        )


def choices_for(model: type[models.Model], name: str) -> tuple[FieldRight, ...]:
    """The rights that can be set for a field: mandatory ones aren't hidden, identifiers can be masked."""
    if name not in {field.name for field in fields.governable_fields(model)}:
        return ()
    is_identifier = _category(model, name) in (Category.CONTACT, Category.IDENTITY)
    found = [FieldRight.WRITE, FieldRight.READ]
    if is_identifier:
        found.append(FieldRight.MASKED)
    if name not in fields.mandatory_fields(model):
        found.append(FieldRight.HIDDEN)
    return tuple(found)


def _category(model: type[models.Model], name: str) -> str:
    """What kind of personal data a field holds; nothing if none."""
    for custom in fields.custom_fields(model):
        if custom.name == name:
            return custom.category
    entry = declared(model).get(name)
    return entry.category if isinstance(entry, Personal) else ""


@transaction.atomic
def delete(profile: Profile, *, by: Any) -> None:
    """Put a profile into the bin. Raises ValidationError for default ones and those in use."""
    access.demand(by, Act.DELETE, profile)
    if profile.kind != ProfileKind.CUSTOM:
        raise ValidationError(_("The profiles that an installation starts with stay."))
    if User.everything.filter(profile=profile).exists():
        raise ValidationError(_("People have this profile. Give them another one first."))
    with actor.acting(by):
        profile.bin(by=by)
