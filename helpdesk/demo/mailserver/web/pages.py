"""The pages of the web view: all mailboxes, one mailbox, one mail, a new mail."""

from email.utils import getaddresses
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse
from django.template import Context, Engine
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from helpdesk.demo.mailserver.store import INBOX, SENT, MailStore, mailbox_of
from helpdesk.demo.mailserver.web.reading import Letter

FRAME_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
ENGINE = Engine(
    dirs=[str(Path(__file__).parent / "templates")],
    builtins=["django.templatetags.i18n"],
)


def rendered(template: str, **values: Any) -> HttpResponse:
    """A page."""
    return HttpResponse(ENGINE.get_template(template).render(Context(values)))


def not_found() -> str:
    """The page for what isn't there."""
    return ENGINE.get_template("missing.html").render(Context({}))


def home(request: WSGIRequest, store: MailStore) -> HttpResponse:
    """Everybody who has mail."""
    if wanted := request.GET.get("address", ""):
        return redirected(mailbox_of(wanted))
    boxes = [(address, _unread(store, address), store.is_desk(address)) for address in store.addresses()]
    values = {"customers": [box for box in boxes if not box[2]], "desk": [box for box in boxes if box[2]]}
    return rendered("_home.html" if _wants_fragment(request) else "home.html", **values)


def mailbox(request: WSGIRequest, store: MailStore, address: str) -> HttpResponse:
    """One person's mails, the newest first: what came in and what they sent."""
    letters = [
        Letter(mail, name)
        for name in (INBOX, SENT)
        if (folder := store.folder(address, name))
        for mail in folder.mails()
    ]
    letters.sort(key=lambda letter: letter.stored.received_at, reverse=True)
    template = "_mailbox.html" if _wants_fragment(request) else "mailbox.html"
    return rendered(template, address=address, letters=letters[:200], is_desk=store.is_desk(address))


def mail(request: WSGIRequest, store: MailStore, address: str, folder: str, uid: int) -> HttpResponse:
    """One mail, and an answer to it."""
    letter = _letter(store, address, folder, uid)
    if not letter.stored.is_seen and not store.is_desk(address):
        letter.stored = letter.stored.folder.flag(letter.stored, letter.stored.flags | {"S"})
    subject = letter.subject if letter.subject.lower().startswith("re:") else f"Re: {letter.subject}"
    answer = {
        "to": letter.sender[1],
        "cc": _others(letter, address),
        "subject": subject,
        "body": _quoted(letter),
    }
    return rendered("mail.html", address=address, letter=letter, folder=folder, uid=uid, draft=answer)


def new(request: WSGIRequest, store: MailStore, address: str) -> HttpResponse:
    """An empty mail."""
    to = [box for box in store.addresses() if store.is_desk(box)]
    return rendered("new.html", address=mailbox_of(address), desk=to, draft={"to": to[0] if to else ""})


def html(_request: WSGIRequest, store: MailStore, address: str, folder: str, uid: int) -> HttpResponse:
    """The HTML part by itself, for the frame: no script, nothing from elsewhere."""
    letter = _letter(store, address, folder, uid)
    return HttpResponse(letter.html, headers={"Content-Security-Policy": FRAME_POLICY})


def raw(_request: WSGIRequest, store: MailStore, address: str, folder: str, uid: int) -> HttpResponse:
    """The mail as it travelled."""
    return HttpResponse(
        _letter(store, address, folder, uid).stored.raw, content_type="text/plain; charset=utf-8"
    )


def part(
    _request: WSGIRequest, store: MailStore, address: str, folder: str, uid: int, number: int
) -> HttpResponse:
    """One file, to save."""
    for attached in _letter(store, address, folder, uid).attachments:
        if attached.number == number:
            saved = content_disposition_header(True, attached.name) or "attachment"
            return HttpResponse(
                attached.content,
                content_type="application/octet-stream",
                headers={"Content-Disposition": saved},
            )
    raise Http404


def _letter(store: MailStore, address: str, folder: str, uid: int) -> Letter:
    found = store.folder(address, folder) if address in store.addresses() else None
    stored = found.mail(uid) if found else None
    if stored is None:
        raise Http404
    return Letter(stored, folder)


def _others(letter: Letter, address: str) -> str:
    mine, sender = mailbox_of(address), letter.sender[1]
    people = getaddresses([letter.header("to"), letter.header("cc")])
    return ", ".join(box for _name, box in people if box and mailbox_of(box) != mine and box != sender)


def _quoted(letter: Letter) -> str:
    lines = "\n".join(f"> {line}".rstrip() for line in letter.text.strip().splitlines())
    said = _("On %(date)s, %(name)s wrote:") % {"date": letter.header("date"), "name": letter.from_name}
    return f"\n\n{said}\n{lines}\n" if lines else ""


def _unread(store: MailStore, address: str) -> int:
    return sum(not stored.is_seen for stored in store.inbox(address).mails())


def _wants_fragment(request: WSGIRequest) -> bool:
    return "fragment" in request.GET


def redirected(address: str) -> HttpResponse:
    """On to somebody's mailbox."""
    return HttpResponse(status=303, headers={"Location": f"/mailboxes/{quote(address)}/"})
