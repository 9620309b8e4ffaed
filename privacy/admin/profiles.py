"""The administration of profiles: a list with clones, and for each one matrix of what it allows."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy import profiles
from privacy.access import rights
from privacy.admin import matrices
from privacy.admin.pages import PermissionsAdmin, attempt, back
from privacy.enums import ProfileKind
from privacy.models import Profile
from privacy.web.rooms import Room


class ProfileForm(forms.Form):
    """What a profile is called, how its people sign in, and all that it allows."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    description = forms.CharField(label=gettext_lazy("What it is for"), max_length=200, required=False)
    needs_second_factor = forms.BooleanField(
        label=gettext_lazy("Its people need a second factor to sign in"), required=False
    )
    rights = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rights"].choices = [(code, code) for code in rights.all_codes()]  # type: ignore[attr-defined]


class CloneForm(forms.Form):
    """What the copy is called."""

    name = forms.CharField(label=gettext_lazy("Name of the copy"), max_length=80)


@admin.register(Profile)
class ProfileAdmin(PermissionsAdmin):
    """What may be done: a right that is missing here wins over any role or sharing."""

    room = Room.PEOPLE
    symbol = "badge-check"
    about = gettext_lazy("What somebody may do, and which fields they see.")
    fields = ("name", "description", "needs_second_factor")

    def found(self, request: HttpRequest, text: str) -> Any:
        return Profile.objects.filter(name__icontains=text)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All of them, with what they allow at a glance and how many people have them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        living = Count("holders", filter=Q(holders__deleted_at=None, holders__is_active=True))
        rows = [(each, matrices.summary(each)) for each in Profile.objects.annotate(people=living)]
        return self.page(request, "profiles", {"title": _("Profiles"), "rows": rows})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A new profile is a copy of one that there is."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.page(
            request, "profile_new", {"title": _("New profile"), "profiles": Profile.objects.all()}
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The matrix; of a fixed profile to be read only."""
        profile = self.one(request, object_id)
        form = ProfileForm(request.POST or None, initial=_initial(profile))
        if request.method == "POST" and self._is_saved(request, profile, form):
            return back(self.address("change", profile.pk))
        context: dict[str, Any] = {"form": form, "chosen": _chosen(profile, form)}
        context |= {"modules": matrices.of_modules(), "rooms": matrices.of_named_rights()}
        context |= {"people": profile.holders.filter(deleted_at=None, is_active=True)}
        return self.page(request, "profile", {**context, **_shown(request, profile, "rights")})

    def _is_saved(self, request: HttpRequest, profile: Profile, form: ProfileForm) -> bool:
        if profile.kind != ProfileKind.CUSTOM:
            form.fields["name"].required = False
        if not form.is_valid():
            return False
        given = form.cleaned_data
        return attempt(request, lambda: _save(profile, given, by=request.user), _("Saved."))

    def delete_model(self, request: HttpRequest, obj: Profile) -> None:
        profiles.delete(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Default profiles and those in use stay."""
        is_kept = obj is not None and (
            obj.kind != ProfileKind.CUSTOM or obj.holders.filter(deleted_at=None).exists()
        )
        return super().has_delete_permission(request, obj) and not is_kept

    def get_urls(self) -> list[Any]:
        return [
            self.view_at("<uuid:pk>/copies/", "copies", self.copies, acts=True),
            self.view_at("<uuid:pk>/fields/", "fields", self.field_rights),
            *super().get_urls(),
        ]

    def copies(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Make a copy, and go there."""
        profile, form = self.one(request, pk), CloneForm(request.POST)
        made: list[Profile] = []
        if form.is_valid() and attempt(
            request,
            lambda: made.append(profiles.clone(profile, form.cleaned_data["name"], by=request.user)),
            _("The copy is ready to be changed."),
        ):
            return back(self.address("change", made[0].pk))
        return back(self.address("changelist"))

    def field_rights(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """What the profile may do with each field of each kind of record."""
        profile = self.one(request, pk)
        tables = matrices.of_fields(profile)
        if request.method == "POST":
            chosen = [(row, request.POST.get(row.key, "")) for table in tables for row in table.rows]
            done = _("Saved.")
            if attempt(request, lambda: matrices.save_fields(profile, chosen, by=request.user), done):
                return back(self.address("fields", profile.pk))
        context = {"tables": tables, **_shown(request, profile, "fields")}
        return self.page(request, "profile_fields", context)


def _shown(request: Any, profile: Profile, part: str) -> dict[str, Any]:
    """What each page of a profile shows; nobody changes what they may do themselves."""
    is_own = profile.pk == request.user.profile_id
    return {"title": str(profile), "profile": profile, "part": part, "is_own": is_own}


def _initial(profile: Profile) -> dict[str, Any]:
    return {
        "name": str(profile),
        "description": profile.description,
        "needs_second_factor": profile.needs_second_factor,
    }


def _chosen(profile: Profile, form: ProfileForm) -> frozenset[str]:
    """What is ticked: as it was sent, else as it is."""
    return frozenset(form.data.getlist("rights")) if form.is_bound else profiles.rights_of(profile)  # type: ignore[attr-defined]


@transaction.atomic
def _save(profile: Profile, given: dict[str, Any], *, by: Any) -> None:
    profiles.describe(
        profile,
        name=given["name"],
        description=given["description"],
        needs_second_factor=given["needs_second_factor"],
        by=by,
    )
    if not profile.is_fixed:
        profiles.change_rights(profile, given["rights"], by=by)
