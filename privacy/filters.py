"""Filters of the audit page: from an address (ids and codes only) to a condition."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from privacy import access
from privacy.enums import Deed
from privacy.models import AuditEvent, Record, User
from privacy.models.history import BOOKKEEPING
from privacy.registry import first_party_models
from privacy.telling import called

ANY = ("", _("any"))


class AuditFilter(forms.Form):
    """Who, what, which module and field, when; one record or one person by their ids."""

    who = forms.ChoiceField(label=_("Who"), required=False)
    act = forms.ChoiceField(label=_("What"), required=False, choices=[ANY, *Deed.choices])
    field = forms.ChoiceField(label=_("Module or field"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    everything = forms.BooleanField(label=_("Also what follows from other changes"), required=False)
    record = forms.UUIDField(required=False, widget=forms.HiddenInput)
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = access.visible(viewer, User.everything.all())
        named = sorted(((str(each.pk), called(each)) for each in people), key=lambda each: each[1].casefold())
        self.fields["who"].choices = [ANY, *named]  # type: ignore[attr-defined]
        self.fields["field"].choices = [ANY, *fields_seen_by(viewer)]  # type: ignore[attr-defined]

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """What was chosen and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def events(self) -> Any:
        """The events that are meant."""
        rows = AuditEvent.objects.all()
        if not self.chosen.get("everything"):
            rows = rows.exclude(act=Deed.UPDATE, fields__contained_by=list(side_effects()))
        for name, value in self.chosen.items():
            if name != "everything":
                rows = rows.filter(CONDITIONS[name](value))
        return rows


def fields_seen_by(viewer: Any) -> Iterator[tuple[Any, Any]]:
    """Modules, and in each the fields that this reader may see: the names of others aren't even offered."""
    models: list[Any] = [model for model in first_party_models() if issubclass(model, Record)]
    for model in sorted(models, key=lambda each: str(each._meta.verbose_name).casefold()):
        shown = access.visible_fields(viewer, model)
        label = model._meta.label_lower
        fields = [
            (f"{label}.{each.name}", each.verbose_name)
            for each in model._meta.concrete_fields
            if each.editable and each.name in shown and each.name not in BOOKKEEPING
        ]
        yield str(model._meta.verbose_name), [(label, _("anything")), *fields]


def side_effects() -> frozenset[str]:
    """Fields that nobody fills in: their changes follow from others, and aren't told (a sign-in tells of itself)."""
    return frozenset({"last_login"}) | frozenset(
        field.name
        for model in first_party_models()
        if issubclass(model, Record)
        for field in model._meta.concrete_fields
        if not field.editable
    )


def _of_field(value: str) -> Q:
    model, _dot, field = value.partition(".")[2].partition(".")
    label = f"{value.partition('.')[0]}.{model}"
    return Q(model=label, fields__contains=[field], act=Deed.UPDATE) if field else Q(model=label)


CONDITIONS: dict[str, Any] = {
    "who": lambda value: Q(actor_id=value),
    "act": lambda value: Q(act=value),
    "field": _of_field,
    "since": lambda value: Q(moment__gte=_midnight(value)),
    "until": lambda value: Q(moment__lt=_midnight(value + timedelta(days=1))),
    "record": lambda value: Q(object_id=value),
    "subject": lambda value: Q(subject_id=value),
}


def _midnight(day: Any) -> datetime:
    return make_aware(datetime.combine(day, time()))
