"""The administration of custom fields: the list of each kind of record, the form, encryption with its progress."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy import tasks
from privacy.custom import conversion, defining, modules
from privacy.enums import FieldType
from privacy.models import CustomField
from privacy.models.custom import value_models
from privacy.values import CHOOSING, CODE, kind_of
from privacy.web.administration import RecordAdmin, SecretsForm
from privacy.web.rooms import Room

LANGUAGES = [(code, name) for code, name in settings.LANGUAGES]


def _words(name: str, label: Any, longest: int) -> dict[str, forms.CharField]:
    """A field of the form for each language."""
    first = settings.LANGUAGE_CODE[:2]
    return {
        f"{name}_{code}": forms.CharField(
            label=format_lazy("{} ({})", label, language),
            max_length=longest,
            required=name == "label" and code == first,
        )
        for code, language in LANGUAGES
    }


WORDS = {**_words("label", gettext_lazy("Label"), 120), **_words("hint", gettext_lazy("Help text"), 300)}
WordsForm: Any = type(
    "WordsForm", (forms.ModelForm,), dict(WORDS)
)  # a form takes the fields out of what it is given


class FieldForm(SecretsForm, WordsForm):
    """A field: its words in each language, what it is for, and what the law wants to know of it."""

    options_text = forms.CharField(
        label=gettext_lazy("Choices"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: key = words, one for each language with | between them. “small = Small | Klein”, say. "
            "A key that has been chosen somewhere should stay."
        ),
    )
    bound_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Only for"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing chosen: for all."),
    )
    despite_personal = forms.BooleanField(
        label=gettext_lazy("Yes, this personal data is to lie unencrypted"), required=False
    )

    begun: CustomField | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.instance
        if self.begun is not None:
            field.module, field.type = self.begun.module, self.begun.type
        for code, _language in LANGUAGES:
            self.fields[f"label_{code}"].initial = field.labels.get(code, "")
            self.fields[f"hint_{code}"].initial = field.hints.get(code, "")
        if field.type not in CHOOSING:
            self.fields.pop("options_text", None)
        elif "options_text" in self.fields:
            self.fields["options_text"].initial = _lines(field.options)
        if "bound_ids" in self.fields:
            self.fields["bound_ids"].choices = bounds_of(field.module)  # type: ignore[attr-defined]
            self.fields["bound_ids"].initial = field.bounds

    def clean(self) -> dict[str, Any]:
        """Declared as the law asks, and in clear only if somebody means it."""
        cleaned = super().clean()
        field = self.instance
        field.labels = {code: cleaned.get(f"label_{code}", "") for code, _name in LANGUAGES}
        field.hints = {code: cleaned.get(f"hint_{code}", "") for code, _name in LANGUAGES}
        field.bounds = cleaned.get("bound_ids", field.bounds)
        if (
            CustomField.objects.filter(module=field.module, key=cleaned.get("key"))
            .exclude(pk=field.pk)
            .exists()
        ):
            self.add_error("key", _("There is a field with this key already."))
        self._clean_options(cleaned, field)
        self._clean_declaration(cleaned)
        return cleaned

    def _clean_options(self, cleaned: dict[str, Any], field: CustomField) -> None:
        if "options_text" in cleaned:
            try:
                field.options = _options(cleaned["options_text"])
            except ValidationError as error:
                self.add_error("options_text", error)

    def _clean_declaration(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("not_personal"):
            self.instance.category = self.instance.purpose = self.instance.basis = ""
            cleaned |= {"category": "", "purpose": "", "basis": ""}
            return
        for name in ("category", "purpose", "basis"):
            if name in self.fields and not cleaned.get(name):
                self.add_error(name, _("Say this, or why the field holds no personal data."))
        in_clear = "is_encrypted" in self.fields and not cleaned.get("is_encrypted")
        if in_clear and not cleaned.get("despite_personal"):
            self.add_error("despite_personal", _("Personal data is encrypted unless you confirm this."))


def bounds_of(module: str) -> list[tuple[str, str]]:
    """What the fields of a kind of records can be limited to: its departments, say."""
    name = value_models()[module].bound
    if not name:
        return []
    related: Any = modules()[module]._meta.get_field(name).related_model
    return [(str(each.pk), str(each)) for each in related.objects.all()]


def _lines(options: list[Any]) -> str:
    """Choices as one writes them down."""
    return "\n".join(
        f"{option['key']} = {' | '.join(option['labels'].get(code, '') for code, _name in LANGUAGES)}"
        for option in options
    )


def _options(text: str) -> list[dict[str, Any]]:
    """Choices as they are kept. Raises ValidationError for what isn't clear."""
    found: dict[str, dict[str, Any]] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        key, _equals, words = line.partition("=") if "=" in line else ("", "", line)
        said = [part.strip() for part in words.split("|")]
        key = key.strip() or slugify(said[0]).replace("-", "_")
        if not CODE.fullmatch(key) or not said[0] or key in found:
            raise ValidationError(
                _("This line isn't clear, or its key is there twice: %(line)s"), params={"line": line}
            )
        found[key] = {
            "key": key,
            "labels": {code: part for (code, _name), part in zip(LANGUAGES, said, strict=False)},
        }
    return list(found.values())


@admin.register(CustomField)
class CustomFieldAdmin(RecordAdmin):
    """What is asked beyond the fields that every helpdesk has."""

    room = Room.LAW
    symbol = "text-cursor-input"
    about = gettext_lazy("What you ask beyond the usual, and which of it is encrypted.")
    form = FieldForm
    fields = ("key", "is_required", "is_unique", "is_filterable", "portal", "is_encrypted")
    ordering = ("module", "position", "created_at", "id")
    list_display = ("label", "key", "type")
    change_list_template = "administration/custom_fields.html"
    change_form_template = "administration/custom_field.html"
    delete_confirmation_template = "administration/custom_field_delete.html"
    looks_for = gettext_lazy("A part of the label, or the key.")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Of kinds of records that exist."""
        return super().get_queryset(request).filter(module__in=value_models())

    def found(self, request: HttpRequest, text: str) -> Any:
        return CustomField.objects.filter(key__icontains=text) | CustomField.objects.filter(
            labels__icontains=text
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a field of this kind can be asked; what is settled once isn't asked again."""
        field = obj or self._begun(request)
        words = [(name, f"hint{name[5:]}") for name in WORDS if name.startswith("label")]
        about = [*words, *(["options_text"] if field.type in CHOOSING else [])]
        rules = ["is_required", *([] if obj else ["is_unique"]), "is_filterable", "portal"]
        rules += ["bound_ids"] if bounds_of(field.module) else []
        law = ["category", "purpose", "basis", "not_personal"]
        law += [] if obj else ["is_encrypted", "despite_personal"]
        return (
            (None, {"fields": [*([] if obj else ["key"]), *about]}),
            (_("Rules"), {"fields": rules}),
            (_("Data protection"), {"fields": law, "description": _limits(field)}),
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A new field knows from the start what it is of, and its type."""
        made = super().get_form(request, obj, change=change, **kwargs)
        begun = {} if obj else {"begun": self._begun(request)}
        return type(made.__name__, (made,), begun)

    def save_model(self, request: HttpRequest, obj: CustomField, form: Any, change: bool) -> None:
        defining.define(obj, by=request.user)
        _nudge(obj)

    # -- pages of its own

    def get_urls(self) -> list[Any]:
        pages = {
            "place": require_POST(self.place),
            "protection": require_http_methods(["GET", "POST"])(self.protection),
            "progress": require_safe(self.progress),
        }
        own = [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=self._named(name))
            for name, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Each kind of records with its fields, and what begins a new one."""
        fields = list(self.get_queryset(request))
        counts = defining.counts(fields)
        rooms = [
            {
                "module": label,
                "title": model._meta.verbose_name_plural,
                "rows": [
                    {"field": field, "count": counts.get(field.pk, 0), "place": place}
                    for place, field in enumerate(each for each in fields if each.module == label)
                ],
            }
            for label, model in modules().items()
        ]
        extra = {"title": _("Custom fields"), "rooms": rooms, "types": FieldType.choices}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        field = self.get_object(request, object_id)
        extra = {"count": defining.count(field) if field else 0}
        return super().delete_view(request, object_id, {**extra, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        field = self.get_object(request, object_id)
        extra = {"progress": _progress(field)} if field else {}
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def place(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Put a field elsewhere in its list."""
        field = self._changeable(request, pk)
        place = request.POST.get("place", "")
        if not place.removeprefix("-").isdecimal():
            raise BadRequest
        defining.move(field, int(place), by=request.user)
        return HttpResponseRedirect(f"{reverse('admin:privacy_customfield_changelist')}#field-{field.pk}")

    def protection(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Say what switching encryption means; do it when that was read."""
        field = self._changeable(request, pk)
        error = ""
        if request.method == "POST":
            try:
                conversion.switch(
                    field,
                    encrypted=request.POST.get("encrypted") == "yes",
                    by=request.user,
                    despite_personal=bool(request.POST.get("despite_personal")),
                )
            except ValidationError as refused:
                error = " ".join(refused.messages)
            else:
                field.refresh_from_db()
                _nudge(field)
                messages.success(request, _("Switched. The values are being converted in the background."))
                return HttpResponseRedirect(reverse("admin:privacy_customfield_change", args=[field.pk]))
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "original": field, "error": error,
            "title": _("Encryption of “{field}”").format(field=field.label), "count": defining.count(field),
            "limits": _limits(field),
        }  # fmt: skip
        page = "administration/custom_field_protection.html"
        return render(request, page, context, status=422 if error else 200)

    def progress(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """How far a conversion has come, for the page that asks again and again."""
        field = self.get_queryset(request).filter(pk=pk).first()
        if field is None or not self.has_view_permission(request, field):
            raise Http404
        context = {"original": field, "progress": _progress(field)}
        return render(request, "administration/_custom_field_progress.html", context)

    def _changeable(self, request: HttpRequest, pk: UUID) -> CustomField:
        field: CustomField | None = self.get_queryset(request).filter(pk=pk).first()
        if field is None or not self.has_change_permission(request, field):
            raise Http404
        return field

    @staticmethod
    def _begun(request: HttpRequest) -> CustomField:
        """The field that is to be added: the address says of what, and of which type."""
        known = list(value_models())
        module, kind = request.GET.get("module", ""), request.GET.get("type", "")
        return CustomField(
            module=module if module in known else known[-1],
            type=kind if kind in FieldType.values else FieldType.TEXT,
        )


def _limits(field: CustomField) -> str:
    """What an encrypted field of this type can't do."""
    said = [_("Encrypted values can be shown, exported and erased like all others.")]
    if kind_of(field.type).has_range:
        said.append(_("Lists can't be filtered by a range of them, only by one exact value."))
    if field.type == FieldType.CHOICES:
        said.append(_("Lists can't be filtered by one of several choices."))
    said.append(_("Nothing can be sorted by them."))
    said.append(
        _(
            "Filtering by an encrypted field, or keeping it unique, shows in the database which values are equal."
        )
    )
    return " ".join(said)


def _progress(field: CustomField) -> conversion.Progress | None:
    return None if field.converted_at else conversion.progress(field)


def _nudge(field: CustomField) -> None:
    """Begin converting as soon as this is committed; the timetable would find it, too."""
    if field.converted_at is None:
        transaction.on_commit(lambda: tasks.convert_field.delay(str(field.pk)))
