"""The recycle bin: what lies in it, restoring, deleting for good."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from privacy import access, binning
from privacy.binning import DELETE_FOR_GOOD, RECYCLE_BIN, CannotRestore, Restored, Taken
from privacy.models import User
from privacy.removal import StillNeeded
from privacy.web.bin import BinRow, rows
from privacy.web.lists import Page, by_key
from privacy.web.recency import recently_authenticated
from privacy.web.views import desk, safe_next
from tickets.forms.bin import BinFilterForm, TakenForm

PAGE = 25
LOOK = 500


@desk
@require_safe
def recycle_bin(request: HttpRequest) -> HttpResponse:
    """What was deleted, newest first, by module and by who did it."""
    listed = open_to(request)
    form = filter_form(request, listed)
    if form.is_valid():
        if form.cleaned_data["module"]:
            listed = listed.filter(module=form.cleaned_data["module"])
        if form.cleaned_data["who"]:
            listed = listed.filter(binned_by=form.cleaned_data["who"].pk)
    page = by_key(listed, request.GET.get("page", ""), moment="binned_at", size=PAGE)
    return _page(request, page, rows(page.rows), form)


@desk
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Those of the newest entries that a word or number is part of; the words stay out of the address."""
    words = " ".join(request.POST.get("words", "").split()).casefold()
    if not words:
        return redirect("desk:bin")
    listed = open_to(request)
    looked_through = rows(listed.order_by("-binned_at", "-id")[:LOOK])
    found = [row for row in looked_through if words in row.record.caption().casefold()]
    return _page(request, Page([]), found, filter_form(request, listed), words=request.POST["words"])


@desk
@require_POST
def restorations(request: HttpRequest) -> HttpResponse:
    """Bring back one or many. What has to be decided first is asked for."""
    chosen, form = _chosen(request), TakenForm(request.POST)
    try:
        if len(chosen) == 1:
            taken = form.cleaned_data["taken"] if form.is_valid() else ""
            _say_restored(request, [binning.restore(chosen[0].record, by=request.user, taken=taken)])
        else:
            _restore_all(request, chosen)
    except Taken as error:
        asked = form if "taken" in request.POST else TakenForm()
        context = {"row": chosen[0], "clashes": error.clashes, "form": asked, "source": "bin"}
        return render(request, "tickets/desk/bin_taken.html", context)
    except (CannotRestore, access.Denied) as error:
        messages.warning(request, f"{chosen[0].record}: {error}")
    return redirect("desk:bin")


@desk
@require_POST
def taking_back(request: HttpRequest, act: UUID) -> HttpResponse:
    """Undo what one has just deleted."""
    try:
        restored = binning.take_back(act, by=request.user)
    except CannotRestore as error:
        messages.warning(request, str(error))
        return redirect(safe_next(request, reverse("desk:home")))
    _say_restored(request, restored)
    if not restored:
        messages.info(request, _("It is too late to undo this. The recycle bin still has it for a while."))
    return redirect(safe_next(request, reverse("desk:home")))


@desk
@require_POST
@recently_authenticated
def removals(request: HttpRequest) -> HttpResponse:
    """Delete for good: first asks, then does."""
    if not access.holds(request.user, RECYCLE_BIN, DELETE_FOR_GOOD):
        raise PermissionDenied
    chosen = _chosen(request)
    if chosen and "confirmed" not in request.POST:
        return render(request, "tickets/desk/bin_removal.html", {"rows": chosen, "source": "bin"})
    removed = 0
    for row in chosen:
        try:
            binning.delete_for_good(row.record, by=request.user)
            removed += 1
        except (StillNeeded, access.Denied, ValueError) as error:
            messages.warning(request, f"{row.record}: {error}")
    if removed:
        said = ngettext("%(count)d was deleted for good.", "%(count)d were deleted for good.", removed)
        messages.success(request, said % {"count": removed})
    return redirect("desk:bin")


def open_to(request: HttpRequest) -> Any:
    """The entries that the viewer may see. Raises PermissionDenied where the bin isn't open to them."""
    if not access.holds(request.user, RECYCLE_BIN):
        raise PermissionDenied(_("Your profile doesn't open the recycle bin. Ask an administrator."))
    return binning.entries(request.user)


def filter_form(request: HttpRequest, listed: Any) -> BinFilterForm:
    """The filter, with the people who deleted something that the viewer sees."""
    people = User.everything.filter(pk__in=listed.order_by().values("binned_by"))
    return BinFilterForm(request.GET or None, people=people, auto_id="bin-%s")


def _chosen(request: HttpRequest) -> list[BinRow]:
    """The entries that were ticked, or the one whose own button was pressed."""
    named = request.POST.getlist("only") or request.POST.getlist("entry")
    listed = open_to(request).filter(pk__in=list(_uuids(named[:LOOK])))
    chosen = rows(listed.order_by("-binned_at", "-id"))
    if not chosen:
        messages.info(request, _("Tick what you mean first."))
    return chosen


def _uuids(texts: list[str]) -> Iterator[UUID]:
    for text in texts:
        with suppress(ValueError):
            yield UUID(text)


def _restore_all(request: HttpRequest, chosen: list[BinRow]) -> None:
    restored, refused = binning.restore_all([row.record for row in chosen], by=request.user)
    for record, error in refused.items():
        hint = _("Restore it by itself to decide.") if isinstance(error, Taken) else ""
        messages.warning(request, f"{record}: {error} {hint}".rstrip())
    _say_restored(request, restored)


def _say_restored(request: HttpRequest, restored: list[Restored]) -> None:
    """How many came back, and what of them couldn't. Nothing personal: it is stored until the next page says it."""
    for back in restored:
        for sentence in back.missing:
            messages.warning(request, f"{back.record}: {sentence}.")
    if restored:
        said = ngettext("%(count)d was restored.", "%(count)d were restored.", len(restored))
        messages.success(request, said % {"count": len(restored)})


def _page(
    request: HttpRequest, page: Page, listed: list[BinRow], form: BinFilterForm, words: str = ""
) -> HttpResponse:
    context = {
        "page": page,
        "rows": listed,
        "form": form,
        "words": words,
        "may_remove": access.holds(request.user, DELETE_FOR_GOOD),
        "narrowed": bool(words or request.GET.get("module") or request.GET.get("who")),
        "source": "bin",
    }
    return render(request, "tickets/desk/bin.html", context)
