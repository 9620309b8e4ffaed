"""The administration of staff: accounts and what they may."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import PasswordResetForm
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from privacy import access, invitations, profiles
from privacy.models import Profile, User
from privacy.models.roles import PERMISSIONS
from privacy.web.accounts import AccountActs
from privacy.web.administration import SecretsForm
from privacy.web.rooms import Room

OWN_RIGHTS = ("profile",)
STANDING = ("role", "profile", "groups")


class UserForm(SecretsForm):
    """Somebody's account; nobody locks themselves out."""

    request: Any = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_self = self.request is not None and self.request.user.pk == self.instance.pk
        for name in OWN_RIGHTS:
            if is_self and name in cleaned and getattr(self.request.user, name) and not cleaned[name]:
                self.add_error(name, ValidationError(_("You can't take this from yourself.")))
        return cleaned


@admin.register(User)
class UserAdmin(AccountActs):
    """Accounts: who they are, what they may. Passwords are set by their owners, through a mailed link."""

    room = Room.PEOPLE
    symbol = "users"
    about = gettext_lazy("Who works here, with which role and profile. Invite people, and let them go.")
    form = UserForm
    fields = ("email", "full_name", "language", "timezone", "role", "profile", "groups")
    list_display = ("name", "address", "role", "profile", "state", "last_login")
    list_filter = ("is_active", "role", "profile")
    list_select_related = ("role", "profile")
    looks_for = gettext_lazy("A colleague's whole e-mail address.")
    change_form_template = "administration/user.html"

    @admin.display(description=gettext_lazy("name"))
    def name(self, user: User) -> str:
        return str(user.full_name)

    @admin.display(description=gettext_lazy("e-mail address"))
    def address(self, user: User) -> str:
        return str(user.email)

    @admin.display(description=gettext_lazy("state"))
    def state(self, user: User) -> str:
        return str(invitations.state_of(user).label)

    def get_queryset(self, request: HttpRequest) -> Any:
        return invitations.with_states(super().get_queryset(request))

    def found(self, request: HttpRequest, text: str) -> Any:
        return User.objects.filter(email=text)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows who fills it in."""
        made = super().get_form(request, obj, change=change, **kwargs)
        return type(made.__name__, (made,), {"request": request})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody gives themselves a role, a profile or a group; administrators excepted, who have every right."""
        locked = super().get_readonly_fields(request, obj)
        is_self = obj is not None and obj.pk == request.user.pk
        return (*locked, *STANDING) if is_self and not access.administers_all(request.user) else locked

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Profiles that allow no more than the viewer's own: nobody gives what they don't have."""
        if db_field.name == "profile":
            given = [each.pk for each in Profile.objects.all() if _is_within(each, request.user)]
            kwargs |= {"queryset": Profile.objects.filter(pk__in=given)}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Boxes to tick, without Django's words: groups hand on what is shared, no permissions."""
        return super().formfield_for_manytomany(
            db_field, request, widget=forms.CheckboxSelectMultiple, help_text="", **kwargs
        )

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """With where the account stands, and a way to what this person sees for those who manage permissions."""
        context["may_explain"] = access.holds(request.user, PERMISSIONS)
        if user := context.get("original"):
            context["state"] = invitations.state_of(user).value
        return super().render_change_form(request, context, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes the account of somebody who may do more."""
        is_above = obj is not None and not access.outranks(request.user, obj)
        return super().has_change_permission(request, obj) and not is_above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes themselves, nor somebody above them."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (
            obj is None or (obj.pk != request.user.pk and self.has_change_permission(request, obj))
        )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new account has no password; its owner is invited to set one."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            self.invite(request, obj)

    def get_urls(self) -> list[Any]:
        link = self.admin_site.admin_view(require_POST(self.password_link))
        return [
            path("<uuid:pk>/password-link/", link, name="privacy_user_password_link"),
            *super().get_urls(),
        ]

    def password_link(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Mail the owner of an account a link to set a password."""
        user = self.get_queryset(request).filter(pk=pk).first()
        if user is None or not self.has_change_permission(request, user):
            raise Http404
        self._mail_password_link(request, user)
        return HttpResponseRedirect(reverse("admin:privacy_user_change", args=[user.pk]))

    def _mail_password_link(self, request: HttpRequest, user: User) -> None:
        if not user.is_active:
            messages.warning(request, _("No mail was sent: this account may not sign in."))
            return
        form = PasswordResetForm({"email": user.email})
        if form.is_valid():
            form.save(
                request=request,
                use_https=request.is_secure(),
                email_template_name="emails/password_reset.txt",
                subject_template_name="emails/password_reset_subject.txt",
            )
            messages.success(request, _("A link to set a password is on its way to them."))


def _is_within(profile: Profile, giver: User) -> bool:
    return access.holds(giver, *profiles.rights_of(profile))
