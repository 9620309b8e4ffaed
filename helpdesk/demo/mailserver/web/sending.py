"""Writing a mail as a person of the demo; and an access token for mailboxes that sign in with OAuth 2."""

import uuid
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from helpdesk.demo.mailserver.signin import ACCESS_TOKEN, REFRESH_TOKEN
from helpdesk.demo.mailserver.store import SENT, MailStore, mailbox_of
from helpdesk.demo.mailserver.web.pages import redirected, rendered
from helpdesk.demo.mailserver.web.reading import Letter


def mails(request: WSGIRequest, store: MailStore, address: str) -> HttpResponse:
    """Send: into the inbox of everybody it is for, and a copy into the writer's own folder."""
    draft = {name: request.POST.get(name, "").strip() for name in ("to", "cc", "subject", "name")}
    draft["body"] = request.POST.get("body", "")
    people = [box for _name, box in getaddresses([draft["to"], draft["cc"]]) if "@" in box]
    if not people or not draft["body"].strip():
        return rendered("new.html", address=address, draft=draft, is_incomplete=True)
    mail = written(draft, address)
    answered(mail, store, request, address)
    for uploaded in request.FILES.getlist("files"):
        kind, _, subtype = (uploaded.content_type or "application/octet-stream").partition("/")
        mail.add_attachment(uploaded.read(), maintype=kind, subtype=subtype, filename=uploaded.name)
    raw = bytes(mail).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for person in people:
        store.deliver(raw, person, sender=address)
    sent = store.folder(address, SENT, create=True)
    if sent:
        sent.add(raw, flags=frozenset("S"))
    return redirected(mailbox_of(address))


mails.methods = ("POST",)  # type: ignore[attr-defined]


def written(draft: dict[str, str], address: str) -> EmailMessage:
    """The mail itself."""
    mail = EmailMessage()
    mail["From"] = Address(draft["name"], addr_spec=address)
    mail["To"] = draft["to"]
    if draft["cc"]:
        mail["Cc"] = draft["cc"]
    mail["Subject"] = " ".join(draft["subject"].split())
    mail["Date"] = format_datetime(timezone.localtime())
    mail["Message-ID"] = f"<{uuid.uuid4().hex}@{address.rpartition('@')[2]}>"
    mail.set_content(draft["body"].replace("\r\n", "\n"))
    return mail


def answered(mail: EmailMessage, store: MailStore, request: WSGIRequest, address: str) -> None:
    """Hang an answer onto the mail that it answers, as mail programs do."""
    folder = store.folder(address, request.POST.get("folder", "")) if request.POST.get("folder") else None
    uid = request.POST.get("uid", "")
    stored = folder.mail(int(uid)) if folder and uid.isdigit() else None
    if stored is None or folder is None:
        return
    earlier = Letter(stored, "")
    if identity := earlier.header("message-id"):
        mail["In-Reply-To"] = identity
        mail["References"] = f"{earlier.header('references')} {identity}".strip()
    folder.flag(stored, stored.flags | {"R"})


def access_token(request: WSGIRequest, _store: MailStore) -> HttpResponse:
    """What an OAuth 2 server answers to a refresh token."""
    if request.POST.get("refresh_token") != REFRESH_TOKEN:
        return JsonResponse({"error": "invalid_grant"}, status=400)
    return JsonResponse({"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3600})


access_token.methods = ("POST",)  # type: ignore[attr-defined]
