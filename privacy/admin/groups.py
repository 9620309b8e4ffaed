"""The administration of groups: a name and its members."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangosOwn  # noqa: F401  (registers it, ours comes after)
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy import access, groups
from privacy.admin.pages import PermissionsAdmin, attempt, back
from privacy.admin.sharing import Sentence
from privacy.models import User
from privacy.models.roles import PERMISSIONS
from privacy.web.rooms import Room

admin.site.unregister(Group)


class GroupForm(forms.ModelForm):
    """What the group is called, and who is in it."""

    members = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=gettext_lazy("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Group
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = User.objects.filter(is_active=True)
        if self.instance.pk:
            everybody = everybody | User.objects.filter(groups=self.instance)
            self.initial["members"] = list(self.instance.user_set.values_list("pk", flat=True))
        self.fields["members"].queryset = everybody.distinct()  # type: ignore[attr-defined]

    def people(self) -> list[tuple[User, bool]]:
        """Everybody who can be in it, by name, and whether they are ticked."""
        ticked = {str(pk) for pk in self["members"].value() or ()}
        known = self.fields["members"].queryset.select_related("profile")  # type: ignore[attr-defined]
        return [(each, str(each.pk) in ticked) for each in in_order(known)]


def in_order(people: Any) -> list[User]:
    """By their names, which the database can't read."""
    return sorted(people, key=lambda person: person.full_name.casefold())


@admin.register(Group)
class GroupAdmin(PermissionsAdmin):
    """Agents from anywhere in the tree, with whom records are shared."""

    room = Room.PEOPLE
    symbol = "users-round"
    about = gettext_lazy("People from anywhere in the tree, for rules and for sharing single tickets.")
    fields = ("name", "members")
    ordering = ("name",)

    def found(self, request: HttpRequest, text: str) -> Any:
        return Group.objects.filter(name__icontains=text)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All of them with their members, and how many rules speak of each."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rules = groups.rules_by_group()
        rows = [(each, in_order(each.user_set.all()), rules[each.pk]) for each in self.get_queryset(request)]
        return self.page(request, "groups", {"title": _("Groups"), "rows": rows})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._edit(request, Group(), _("New group"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        group = self.one(request, object_id)
        return self._edit(request, group, group.name)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Says who loses what; while a sharing rule speaks of the group, which."""
        group = self.one(request, object_id)
        if request.method == "POST":
            done = _("The group “{name}” is gone.").format(name=group)
            if attempt(request, lambda: groups.delete(group, by=request.user), done):
                return back(self.address("changelist"))
        title = _("Delete the group “{name}”").format(name=group)
        context = {"title": title, "group": group, "members": in_order(group.user_set.all())}
        return self.page(request, "group_deletion", {**context, "rules": _told(group)})

    def get_queryset(self, request: HttpRequest) -> Any:
        """All of them, for who may manage permissions: groups are Django's, and no Records."""
        rows = Group.objects.order_by("name").prefetch_related("user_set")
        return rows if self._is_trusted(request) else rows.none()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_trusted(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_trusted(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_trusted(request)

    def _edit(self, request: HttpRequest, group: Group, title: str) -> HttpResponse:
        form = GroupForm(request.POST or None, instance=group)
        if request.method == "POST" and form.is_valid():
            members = form.cleaned_data["members"]
            saved = form.save(commit=False)
            if attempt(request, lambda: groups.save(saved, members=members, by=request.user), _("Saved.")):
                return back(self.address("changelist"), f"group-{saved.pk}")
        known = group.pk is not None
        context = {"title": title, "form": form, "group": group if known else None}
        rules = _told(group) if known else []
        return self.page(request, "group", {**context, "rules": rules}, status=422 if form.errors else 200)

    def _is_trusted(self, request: HttpRequest) -> bool:
        return access.holds(request.user, PERMISSIONS)


def _told(group: Group) -> list[tuple[Any, Sentence]]:
    return [(rule, Sentence(rule)) for rule in groups.rules_about(group)]
