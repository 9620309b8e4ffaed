"""The administration of roles: the list is the tree. Moved with the pointer, or by a plain form."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy import roles
from privacy.admin.pages import PermissionsAdmin, attempt, back
from privacy.models import Role
from privacy.web.rooms import Room


class SuperiorForm(forms.Form):
    """To whom a role reports; to nobody, if it stands at the top."""

    superior = forms.ModelChoiceField(Role.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["superior"].queryset = Role.objects.all()  # type: ignore[attr-defined]


class DeletionForm(forms.Form):
    """Which role the people get whose role goes."""

    people_to = forms.ModelChoiceField(
        Role.objects.none(), label=gettext_lazy("Their new role"), required=False, empty_label="…"
    )

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people_to"].queryset = Role.objects.exclude(pk=role.pk)  # type: ignore[attr-defined]


@admin.register(Role)
class RoleAdmin(PermissionsAdmin):
    """Whose records: whoever stands higher sees what those below own."""

    room = Room.PEOPLE
    symbol = "network"
    about = gettext_lazy("Whose records somebody sees: the tree of who reports to whom.")
    fields = ("name", "reports_to", "share_data_with_peers")

    def found(self, request: HttpRequest, text: str) -> Any:
        return Role.objects.filter(name__icontains=text)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The tree."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        tree = roles.tree()
        listed = [role for node in tree for role in node.branch()]
        may_change = self.has_change_permission(request)
        context = {"title": _("Roles"), "tree": tree, "roles": listed, "may_change": may_change}
        return self.page(request, "roles", context)

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        """Through the verbs, which hold the tree while it changes."""
        given = form.cleaned_data
        name, shares = given["name"], given["share_data_with_peers"]
        if change:
            roles.describe(obj, name=name, shares_with_peers=shares, by=request.user)
            roles.move(obj, below=given["reports_to"], by=request.user)
        else:
            made = roles.make(name, below=given["reports_to"], shares_with_peers=shares, by=request.user)
            obj.pk, obj._state.adding = made.pk, False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Asks where the people go; says which roles move up."""
        role = self.one(request, object_id)
        form = DeletionForm(request.POST or None, role=role)
        if request.method == "POST" and form.is_valid():
            people_to = form.cleaned_data["people_to"]
            done = _("The role “{name}” is in the recycle bin.").format(name=role)
            if attempt(request, lambda: roles.delete(role, people_to=people_to, by=request.user), done):
                return back(self.address("changelist"))
        title = _("Delete the role “{name}”").format(name=role)
        context = {"title": title, "role": role, "node": _node_of(role), "form": form}
        return self.page(request, "role_deletion", {**context, "rules": roles.rules_about(role)})

    def get_urls(self) -> list[Any]:
        return [
            self.view_at("<uuid:pk>/superior/", "superior", self.superior, acts=True),
            self.view_at("<uuid:pk>/peers/", "peers", self.peers, acts=True),
            *super().get_urls(),
        ]

    def superior(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Let a role report to another one."""
        role, form = self.one(request, pk), SuperiorForm(request.POST)
        if form.is_valid():
            below = form.cleaned_data["superior"]
            attempt(request, lambda: roles.move(role, below=below, by=request.user))
        return back(self.address("changelist"), f"role-{role.pk}")

    def peers(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Let those who hold a role see each other's records, or no longer."""
        role = self.one(request, pk)
        shares = request.POST.get("shares") == "yes"
        roles.describe(role, name=role.name, shares_with_peers=shares, by=request.user)
        return back(self.address("changelist"), f"role-{role.pk}")


def _node_of(role: Role) -> roles.Node:
    waiting = roles.tree()
    while waiting:
        node = waiting.pop()
        if node.role.pk == role.pk:
            return node
        waiting += node.below
    return roles.Node(role)
