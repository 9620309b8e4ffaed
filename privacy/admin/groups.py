"""The administration of groups: a name and its members."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangosOwn  # noqa: F401  (registers it, ours comes after)
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from privacy import access, groups
from privacy.admin.pages import PermissionsAdmin
from privacy.models import User
from privacy.models.roles import PERMISSIONS
from privacy.web.rooms import Room

admin.site.unregister(Group)


class MembersField(forms.ModelMultipleChoiceField):
    """Colleagues by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class GroupForm(forms.ModelForm):
    """What the group is called, and who is in it."""

    members = MembersField(
        User.objects.none(), label=_("members"), required=False, widget=forms.CheckboxSelectMultiple
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


@admin.register(Group)
class GroupAdmin(PermissionsAdmin):
    """Agents from anywhere in the tree, with whom records are shared."""

    room = Room.PEOPLE
    symbol = "users-round"
    about = _("People from anywhere in the tree, for rules and for sharing single tickets.")
    form: Any = GroupForm
    fields = ("name", "members")
    list_display = ("name", "who")
    ordering = ("name",)
    looks_for = _("A part of the name.")
    delete_confirmation_template = "administration/group_deletion.html"

    @admin.display(description=_("members"))
    def who(self, group: Any) -> str:
        return ", ".join(sorted(user.full_name for user in group.user_set.all()))

    def found(self, request: HttpRequest, text: str) -> Any:
        return Group.objects.filter(name__icontains=text)

    def get_queryset(self, request: HttpRequest) -> Any:
        """All of them, for who may manage permissions: groups are Django's, and no Records."""
        rows = Group.objects.order_by("name").prefetch_related("user_set")
        return rows if self._is_trusted(request) else rows.none()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_trusted(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_trusted(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A group that a sharing rule speaks of stays."""
        return self._is_trusted(request) and (obj is None or not groups.rules_about(obj))

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        groups.save(obj, members=form.cleaned_data["members"], by=request.user)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        groups.delete(obj, by=request.user)

    def _is_trusted(self, request: HttpRequest) -> bool:
        return access.holds(request.user, PERMISSIONS)
