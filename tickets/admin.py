"""The administration of departments, mailboxes, tags; tickets can be looked at."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from contacts import identification
from privacy.web.administration import RecordAdmin, SecretsForm
from privacy.web.rooms import Room
from tickets.channels.email import connection
from tickets.channels.email.problems import MailProblem, Problem
from tickets.channels.twitter import problems
from tickets.channels.twitter.api import Api
from tickets.channels.twitter.problems import TwitterProblem
from tickets.enums import AfterImport, MailAuth
from tickets.models import Department, Mailbox, Tag, Ticket, TwitterAccount


class DepartmentForm(SecretsForm):
    """A department; which one is the default is settled when saving."""

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "is_default"}  # type: ignore[misc]


@admin.register(Department)
class DepartmentAdmin(RecordAdmin):
    """Who answers what."""

    room = Room.CHANNELS
    symbol = "building-2"
    about = gettext_lazy("Who answers what, and how they sign.")
    form = DepartmentForm
    fields = ("name", "slug", "description", "signature", "is_default", "is_public", "position")
    list_display = ("name", "description", "is_default", "is_public", "position")
    ordering = ("position", "name")
    prepopulated_fields = {"slug": ("name",)}
    looks_for = gettext_lazy("A part of the name.")

    def found(self, request: HttpRequest, text: str) -> Any:
        return Department.objects.filter(name__icontains=text)

    def save_model(self, request: HttpRequest, obj: Department, form: Any, change: bool) -> None:
        """One department takes what nobody else does: a new one relieves the old one."""
        if obj.is_default:
            for other in Department.objects.filter(is_default=True).exclude(pk=obj.pk):
                other.is_default = False
                other.save(update_fields=["is_default"])
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A department that has tickets or mailboxes, or takes the rest, stays."""
        is_used = obj is not None and (
            obj.is_default or obj.tickets.exists() or Mailbox.objects.filter(department=obj).exists()
        )
        return super().has_delete_permission(request, obj) and not is_used


class MailboxForm(SecretsForm):
    """A mailbox; what belongs together is asked for together."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("after_import") == AfterImport.MOVE and not cleaned.get("move_to"):
            self.add_error("move_to", ValidationError(_("Enter the folder that mails are moved to.")))
        if cleaned.get("auth") == MailAuth.OAUTH2:
            for name in ("oauth_token_url", "oauth_client_id", "oauth_refresh_token"):
                if not cleaned.get(name):
                    self.add_error(name, ValidationError(_("OAuth2 needs this.")))
        return cleaned


@admin.register(Mailbox)
class MailboxAdmin(RecordAdmin):
    """Where mail comes from and goes out, with buttons that try it."""

    room = Room.CHANNELS
    symbol = "inbox"
    about = gettext_lazy("Where questions arrive by mail, and how answers go out.")
    form = MailboxForm
    ordering = ("name",)
    list_display = ("name", "address", "department", "is_active", "last_fetch")
    list_filter = ("department", "is_active")
    list_select_related = ("department", "state")
    change_form_template = "administration/mailbox.html"
    looks_for = gettext_lazy("A part of the name, or the whole address.")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = (
        (None, {"fields": ("department", "name", "address", "from_name", "is_active", "sends_confirmation")}),
        (
            gettext_lazy("Receiving (IMAP)"),
            {
                "fields": (
                    "imap_host", "imap_port", "imap_security", "imap_username",
                    "folder", "after_import", "move_to", "use_plus_addressing",
                )
            },
        ),
        (
            gettext_lazy("Sending (SMTP)"),
            {"fields": ("smtp_host", "smtp_port", "smtp_security", "smtp_username")},
        ),
        (gettext_lazy("Signing in"), {"fields": ("auth", "password", "smtp_password")}),
        (
            gettext_lazy("OAuth2 (only if chosen above)"),
            {"fields": ("oauth_token_url", "oauth_client_id", "oauth_client_secret", "oauth_refresh_token")},
        ),
    )  # fmt: skip

    @admin.display(description=gettext_lazy("last fetch"))
    def last_fetch(self, mailbox: Mailbox) -> str:
        state = getattr(mailbox, "state", None)
        if state is None or state.last_polled_at is None:
            return _("not yet")
        moment = localize(localtime(state.last_polled_at))
        known = state.last_error_code in Problem.values
        return f"{moment}: {Problem(state.last_error_code).label}" if known else moment

    def found(self, request: HttpRequest, text: str) -> Any:
        return Mailbox.objects.filter(name__icontains=text) | Mailbox.objects.filter(address__iexact=text)

    def get_urls(self) -> list[Any]:
        trial = self.admin_site.admin_view(require_POST(self.trial))
        return [path("<uuid:pk>/trial/<str:way>/", trial, name="tickets_mailbox_trial"), *super().get_urls()]

    def trial(self, request: HttpRequest, pk: Any, way: str) -> HttpResponse:
        """Sign in to the stored server and say how it went. Nothing is fetched, marked or sent."""
        mailbox = self.get_queryset(request).filter(pk=pk).first()
        if mailbox is None or way not in TRIALS or not self.has_change_permission(request, mailbox):
            raise Http404
        try:
            said, problem = TRIALS[way](mailbox), None
        except MailProblem as error:
            said, problem = "", error
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "original": mailbox, "way": way,
            "title": _("Receiving") if way == "imap" else _("Sending"), "said": said,
            "problem": problem.problem.label if problem else "", "detail": problem.detail if problem else "",
        }  # fmt: skip
        return render(request, "administration/trial.html", context)


def _try_imap(mailbox: Mailbox) -> str:
    waiting = connection.check_imap(mailbox)
    told = ngettext("%(count)d unread mail waits there.", "%(count)d unread mails wait there.", waiting)
    return told % {"count": waiting}


def _try_smtp(mailbox: Mailbox) -> str:
    connection.check_smtp(mailbox)
    return _("The server lets us send from %(address)s.") % {"address": mailbox.address}


TRIALS = {"imap": _try_imap, "smtp": _try_smtp}


@admin.register(TwitterAccount)
class TwitterAccountAdmin(RecordAdmin):
    """Accounts on Twitter/X that people write to, with a button that tries the keys."""

    room = Room.CHANNELS
    symbol = "at-sign"
    about = gettext_lazy("Mentions and direct messages become tickets.")
    form = SecretsForm
    ordering = ("name",)
    list_display = ("name", "called", "department", "is_active", "last_fetch")
    list_select_related = ("department", "state")
    change_form_template = "administration/twitter_account.html"
    looks_for = gettext_lazy("A part of the name.")
    fieldsets = (
        (None, {"fields": ("department", "name", "is_active")}),
        (
            gettext_lazy("Keys from the developer portal (OAuth 1.0a, read, write and direct messages)"),
            {"fields": ("api_key", "api_secret", "access_token", "access_token_secret")},
        ),
    )

    @admin.display(description=gettext_lazy("@name"))
    def called(self, account: TwitterAccount) -> str:
        return f"@{account.handle}" if account.handle else ""

    @admin.display(description=gettext_lazy("last fetch"))
    def last_fetch(self, account: TwitterAccount) -> str:
        state = getattr(account, "state", None)
        if state is None or state.last_polled_at is None:
            return _("not yet")
        moment, code = localize(localtime(state.last_polled_at)), state.last_error_code
        return f"{moment}: {problems.Problem(code).label}" if code in problems.Problem.values else moment

    def found(self, request: HttpRequest, text: str) -> Any:
        return TwitterAccount.objects.filter(name__icontains=text)

    def get_urls(self) -> list[Any]:
        trial = self.admin_site.admin_view(require_POST(self.trial))
        return [path("<uuid:pk>/trial/", trial, name="tickets_twitteraccount_trial"), *super().get_urls()]

    def trial(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Ask Twitter/X whose keys these are. Nothing is fetched or sent."""
        account = self.get_queryset(request).filter(pk=pk).first()
        if account is None or not self.has_change_permission(request, account):
            raise Http404
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "original": account,
            "title": _("Connection"), "said": "", "problem": "", "detail": "",
        }  # fmt: skip
        try:
            context["said"] = _("These are the keys of @%(name)s.") % {"name": Api(account).me()[1]}
        except (TwitterProblem, OSError) as error:
            wrong = problems.of(error)
            context |= {"problem": wrong.problem.label, "detail": wrong.detail}
        return render(request, "administration/twitter_trial.html", context)


@admin.register(Tag)
class TagAdmin(RecordAdmin):
    """Words that tickets are sorted by."""

    room = Room.CHANNELS
    symbol = "tag"
    about = gettext_lazy("Words by which tickets are sorted.")
    fields = ("name", "colour")
    list_display = ("name", "colour")
    ordering = ("name",)
    looks_for = gettext_lazy("A part of the word.")

    def found(self, request: HttpRequest, text: str) -> Any:
        return Tag.objects.filter(name__icontains=text)


@admin.register(Ticket)
class TicketAdmin(RecordAdmin):
    """Tickets as they stand: they are worked on at the desk, where every act has its verb."""

    room = Room.RECORDS
    symbol = "ticket"
    about = gettext_lazy("Every question, to look at. They are answered at the desk.")
    fields = readonly_fields = (
        "at_the_desk", "status", "priority", "department", "assignee_name", "channel", "requester_name",
        "language", "created_at", "last_message_at", "first_reply_at", "resolved_at", "closed_at",
    )  # fmt: skip
    list_display = (
        "number",
        "status",
        "priority",
        "department",
        "assignee_name",
        "requester_name",
        "last_message_at",
    )
    list_filter = ("status", "priority", "department", "channel")
    list_select_related = ("department", "assignee", "requester")
    ordering = ("-last_message_at", "-id")
    looks_for = gettext_lazy(
        "A ticket's number, or the customer's whole e-mail address, phone number or @name."
    )

    @admin.display(description=gettext_lazy("ticket"))
    def at_the_desk(self, ticket: Ticket) -> str:
        return format_html('<a href="/desk/tickets/{0}/">#{0}</a>', ticket.number)

    @admin.display(description=gettext_lazy("customer"))
    def requester_name(self, ticket: Ticket) -> str:
        return ticket.requester.display_name

    @admin.display(description=gettext_lazy("assignee"))
    def assignee_name(self, ticket: Ticket) -> str:
        return ticket.assignee.full_name if ticket.assignee else ""

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("requester__identities")

    def found(self, request: HttpRequest, text: str) -> Any:
        number = text.lstrip("#")
        if number.isdecimal() and Ticket.objects.filter(number=int(number)).exists():
            return Ticket.objects.filter(number=int(number))
        return Ticket.objects.filter(requester__in=identification.search_exact(text))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
