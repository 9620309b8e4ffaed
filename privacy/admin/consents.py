"""The administration of consents: purposes, their words in each language, where they are asked, who said what."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from privacy import consent
from privacy.admin.pages import PagesAdmin
from privacy.consent import Words
from privacy.consent.purposes import newest_of_all
from privacy.enums import Standing
from privacy.models import ConsentPurpose, ConsentWording
from privacy.web.administration import SecretsForm
from privacy.web.consents import PLACES, ConsentField, place_label
from privacy.web.rooms import Room

LANGUAGES = dict(settings.LANGUAGES)


def _word_fields() -> dict[str, forms.Field]:
    """A title and a text for each language."""
    fields: dict[str, forms.Field] = {}
    for code in LANGUAGES:
        fields[f"title_{code}"] = forms.CharField(label=gettext_lazy("Title"), max_length=200, required=False)
        fields[f"text_{code}"] = forms.CharField(
            label=gettext_lazy("Text"),
            max_length=2000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=gettext_lazy("What exactly will you do, and how often? One purpose, in plain words."),
        )
    return fields


def _places() -> list[tuple[str, str]]:
    return [(each.code, str(each.label)) for each in PLACES.values() if each.is_form]


def _sections() -> list[Any]:
    """The words of each language under its name."""
    return [(name, {"fields": (f"title_{code}", f"text_{code}")}) for code, name in LANGUAGES.items()]


class ConsentPurposeForm(SecretsForm, type("Words", (forms.Form,), _word_fields())):  # type: ignore[misc]
    """A purpose with its words. Other words are another version."""

    placed_on = forms.MultipleChoiceField(
        label=gettext_lazy("Asked on"),
        choices=_places,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Who has answered isn't asked again, until the words change or it expires."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for wording in consent.newest(self.instance) if not self.instance._state.adding else ():
            self.initial[f"title_{wording.language}"] = wording.title
            self.initial[f"text_{wording.language}"] = wording.text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for code, (title, text) in self.words().items():
            if bool(title) != bool(text):
                self.add_error(
                    f"text_{code}" if title else f"title_{code}",
                    _("A title needs a text, and a text a title."),
                )
        if not any(title for title, _text in self.words().values()):
            raise ValidationError(_("Write it in one language at least."))
        return cleaned

    def words(self) -> Words:
        """What was written, by language."""
        given = self.cleaned_data
        return {code: (given.get(f"title_{code}", ""), given.get(f"text_{code}", "")) for code in LANGUAGES}


@admin.register(ConsentPurpose)
class ConsentPurposeAdmin(PagesAdmin):
    """What people are asked to agree to."""

    room = Room.LAW
    symbol = "toggle-right"
    about = gettext_lazy("What people are asked to agree to, in which words, on which forms.")
    form = ConsentPurposeForm
    ordering = ("created_at", "id")
    change_form_template = "administration/consent_purpose.html"
    readonly_fields = ("people", "versions")
    fieldsets = (
        (None, {"fields": ("key", "is_active", "placed_on")}),
        *_sections(),
        (
            gettext_lazy("Rules"),
            {"fields": ("needs_confirmation", "valid_months", "is_required")},
        ),
        (gettext_lazy("What people said"), {"fields": ("people", "versions")}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All of them in their words, with where they are asked and what holds for the answers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = {each.purpose_id: each for each in consent.in_language(newest_of_all())}
        rows = [(each, words.get(each.pk), _asked_on(each)) for each in self.get_queryset(request)]
        context = {"title": _("Consent purposes"), "rows": rows}
        may = {"may_add": self.has_add_permission(request), "may_change": self.has_change_permission(request)}
        return self.page(request, "consent_purposes", {**context, **may})

    @admin.display(description=gettext_lazy("people"))
    def people(self, purpose: ConsentPurpose) -> str:
        """How many stand where."""
        tally = next((each for each in consent.counts() if each.purpose == purpose), None)
        if tally is None or not tally.people:
            return _("Nobody has been asked yet.")
        return " · ".join(f"{each.label}: {tally.people[each]}" for each in Standing if each in tally.people)

    @admin.display(description=gettext_lazy("versions"))
    def versions(self, purpose: ConsentPurpose) -> SafeString | str:
        """All words that were ever in force, the newest first."""
        known = ConsentWording.objects.filter(purpose=purpose)
        if not known:
            return "—"
        told = ((each.version, each.language, each.title, each.text, each.digest[:12]) for each in known)
        line = "<li><strong>{} · {} · {}</strong><br>{}<br><code>{}…</code></li>"
        return format_html('<ul class="versions">{}</ul>', format_html_join("", line, told))

    def found(self, request: HttpRequest, text: str) -> Any:
        return ConsentPurpose.objects.filter(key__icontains=text)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody can have said anything to what is only being written."""
        sections = super().get_fieldsets(request, obj)
        return sections if obj is not None else sections[:-1]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The key stays."""
        locked = super().get_readonly_fields(request, obj)
        return (*locked, "key") if obj is not None else locked

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What people answered to stays: it can be taken out of use."""
        is_answered = obj is not None and obj.answers.exists()
        return super().has_delete_permission(request, obj) and not is_answered

    def save_model(self, request: HttpRequest, obj: ConsentPurpose, form: Any, change: bool) -> None:
        """The purpose, then its words: another version if they are others."""
        super().save_model(request, obj, form, change)
        consent.reword(obj, form.words(), by=request.user)

    def get_urls(self) -> list[Any]:
        preview = self.admin_site.admin_view(require_safe(self.preview))
        return [
            path("<uuid:pk>/preview/", preview, name="privacy_consentpurpose_preview"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The box as people see it, in each language."""
        purpose = self.get_queryset(request).filter(pk=pk).first()
        if purpose is None:
            raise Http404
        shown = [(LANGUAGES[each.language], each.language, _box(each)) for each in consent.newest(purpose)]
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "original": purpose,
            "title": _("As people see it"), "shown": shown,
        }  # fmt: skip
        return render(request, "administration/consent_preview.html", context)


def _asked_on(purpose: ConsentPurpose) -> list[str]:
    return [str(place_label(code)) for code in purpose.placed_on]


def _box(wording: ConsentWording) -> forms.Form:
    form = forms.Form(auto_id=f"preview_{wording.language}_%s")
    form.fields["box"] = ConsentField(wording)
    return form
