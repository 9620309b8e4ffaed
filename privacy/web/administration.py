"""Django's administration, our way: rights from the one gate, secrets that are only written, search that puts
nothing into an address, the bin instead of deletion."""

import secrets
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from privacy import access, binning, watching
from privacy.access import Act
from privacy.declaration import Secret, declared
from privacy.models import Record
from privacy.vault.fields import SealedField
from privacy.web.rooms import Room

FOUND = "found"
MOST_FOUND = 200
SEARCHES_KEPT = 5


class SecretsForm(forms.ModelForm):
    """A form whose secrets can be set and replaced, and are never shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._secrets():
            stored = bool(getattr(self.instance, name))
            self.initial[name] = ""
            self.fields[name] = forms.CharField(
                label=self.fields[name].label,
                required=False,
                strip=False,
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
                help_text=_("One is stored. Leave this empty to keep it.")
                if stored
                else _("None is stored yet."),
            )

    def clean(self) -> dict[str, Any]:
        """What was left empty stays as it was."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self._secrets():
            cleaned[name] = cleaned.get(name) or getattr(self.instance, name)
        return cleaned

    def _secrets(self) -> list[str]:
        entries = declared(self._meta.model)
        return [name for name in self.fields if isinstance(entries.get(name), Secret)]


class FoundList(ChangeList):
    """A list that can be narrowed to what a search has found."""

    def get_filters_params(self, params: Any = None) -> Any:
        kept = super().get_filters_params(params)
        kept.pop(FOUND, None)
        return kept


class RecordAdmin(admin.ModelAdmin):
    """The administration of a kind of Record. Subclasses name ``fields`` and answer ``found``.

    On the front of the administration it stands in its ``room``, with a ``symbol`` and what it is ``about``.
    """

    room = Room.RECORDS
    symbol = "circle"
    about: Any = ""

    form = SecretsForm
    actions = None
    ordering: ClassVar[Any] = ("-id",)
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    save_on_top = False
    looks_for: Any = ""
    change_list_template = "administration/change_list.html"
    change_form_template = "administration/change_form.html"
    delete_confirmation_template = "administration/delete_confirmation.html"

    def found(self, request: HttpRequest, text: str) -> Any:
        """The rows that somebody who typed this looks for."""
        return self.model.objects.none()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record; that it was opened is logged."""
        found = super().get_object(request, object_id, from_field)
        watching.opened(request.user, [found] if found is not None else [])
        return found

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """What Django's own log would tell, told by the audit."""
        found = self.get_object(request, object_id)
        if found is None:
            return HttpResponseRedirect(reverse("admin:index"))
        if not isinstance(found, Record):  # groups and runs of the purge have no history of their own
            return HttpResponseRedirect(reverse("audit:events"))
        return HttpResponseRedirect(reverse("audit:record", args=[self.opts.label_lower, found.pk]))

    # -- who may

    def get_queryset(self, request: HttpRequest) -> Any:
        """What the viewer may see; in a list, what their search found."""
        rows = access.visible(request.user, self.model.objects.order_by(*self.ordering))
        kept = request.session.get("administration", {}).get(request.GET.get(FOUND, ""))
        return rows if kept is None else rows.filter(pk__in=[UUID(found) for found in kept])

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Act.VIEW, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, Act.CREATE, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Act.UPDATE, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Act.DELETE, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether its line stands on the front page."""
        return self._may(request, Act.VIEW, None)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Those named, and those that the viewer may only read."""
        columns = {field.name for field in self.model._meta.concrete_fields}
        locked = columns - access.editable_fields(request.user, self.model)
        return (*super().get_readonly_fields(request, obj), *sorted(locked))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Those named, less what the viewer may not see."""
        columns = {field.name for field in self.model._meta.concrete_fields}
        hidden = columns - access.visible_fields(request.user, self.model)
        return [name for name in super().get_fields(request, obj) if name not in hidden]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Those named, less what the viewer may not see."""
        named: Any = super().get_list_display(request)
        return [each for each in named if self._is_shown(request, str(each))]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Nobody sorts rows by what they may not see."""
        named: Any = super().get_list_filter(request)
        return [each for each in named if not isinstance(each, str) or self._is_shown(request, each)]

    def _is_shown(self, request: HttpRequest, name: str) -> bool:
        columns = {field.name for field in self.model._meta.concrete_fields}
        return name not in columns or name in access.visible_fields(request.user, self.model)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Without Django's buttons that change another record in a small window."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """No sealed value is looked up through an address."""
        sealed = {field.name for field in self.model._meta.concrete_fields if isinstance(field, SealedField)}
        steps = set(lookup.split("__"))
        return not (steps & sealed) and super().lookup_allowed(lookup, value, request)

    def _may(self, request: HttpRequest, act: Act, record: Record | None) -> bool:
        return access.may(request.user, act, record or self.model)

    # -- finding

    def get_urls(self) -> list[Any]:
        search = self.admin_site.admin_view(require_POST(self.search))
        return [path("search/", search, name=self._named("search")), *super().get_urls()]

    def search(self, request: HttpRequest) -> HttpResponse:
        """Look for what was typed: one is opened, several are listed. The words are not kept."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        text = " ".join(request.POST.get("text", "").split())
        found = access.visible(request.user, self.found(request, text)) if text else self.model.objects.none()
        ids = list(found.order_by(*self.ordering).values_list("pk", flat=True)[:MOST_FOUND])
        if len(ids) == 1:
            return HttpResponseRedirect(reverse(f"admin:{self._named('change')}", args=ids))
        everything = reverse(f"admin:{self._named('changelist')}")
        if not text:
            return HttpResponseRedirect(everything)
        if not ids:
            messages.warning(request, _("Nothing found. %(hint)s") % {"hint": self.looks_for})
            return HttpResponseRedirect(everything)
        return HttpResponseRedirect(f"{everything}?{FOUND}={self._keep(request, ids)}")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return FoundList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list with its search box."""
        extra = {
            "title": capfirst(self.opts.verbose_name_plural),
            "about": self.about,
            "looks_for": self.looks_for,
            "search_url": reverse(f"admin:{self._named('search')}"),
        }
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """The form under the name of what it changes."""
        known_as = obj.caption() if isinstance(obj, Record) else obj
        kind = self.opts.verbose_name
        context["title"] = (known_as or obj) if obj else capfirst(_("Add {kind}").format(kind=kind))
        context["subtitle"] = capfirst(kind) if obj else None
        return super().render_change_form(request, context, add, change, form_url, obj)

    @staticmethod
    def _keep(request: HttpRequest, ids: list[UUID]) -> str:
        """Ids only, a few searches long, under a name that says nothing."""
        name = secrets.token_urlsafe(8)
        kept = dict(list(request.session.get("administration", {}).items())[1 - SEARCHES_KEPT :])
        request.session["administration"] = {**kept, name: [str(found) for found in ids]}
        return name

    def _named(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    # -- the bin

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Into the bin, with all that belongs to it."""
        binning.bin(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Each into the bin: nothing goes past history."""
        for record in queryset:
            binning.bin(record, by=request.user)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """These; what belongs to them goes along, and comes back with them."""
        return [str(record) for record in objs], {str(self.opts.verbose_name_plural): len(objs)}, set(), []


class RecordInline(admin.StackedInline):
    """Rows of another record's form, by the same gate."""

    form = SecretsForm
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.may(request.user, Act.VIEW, obj or self.model)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (
            access.may(request.user, Act.UPDATE, obj)
            if obj
            else access.may(request.user, Act.CREATE, self.model)
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.may(request.user, Act.UPDATE, obj or self.model)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Those that the viewer may see."""
        return access.visible(request.user, super().get_queryset(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Those named, less what the viewer may not see."""
        columns = {field.name for field in self.model._meta.concrete_fields}
        hidden = columns - access.visible_fields(request.user, self.model)
        return [name for name in super().get_fields(request, obj) if name not in hidden]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Those named, and those that the viewer may only read."""
        columns = {field.name for field in self.model._meta.concrete_fields}
        locked = columns - access.editable_fields(request.user, self.model)
        return (*super().get_readonly_fields(request, obj), *sorted(locked))


class BinningFormSet(forms.BaseInlineFormSet):
    """Rows of a form that go to the bin when they are struck out."""

    deleted_by: Any = None

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        if commit:
            obj.bin(by=self.deleted_by)
