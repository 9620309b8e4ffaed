"""M3: whatever people write, by whatever door, lies nowhere in clear: no table, file, cache, queue, log."""

import base64
import io
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from contacts import identification, merging
from contacts.enums import IdentityKind
from contacts.models import Contact, Identity, Organisation
from helpdesk.logs import RedactingFormatter
from privacy.models import User
from tests.factories import PASSWORD, ContactFactory
from tests.promises.haystack import disguises, leaks
from tickets import delivery, lifecycle
from tickets.attaching import NewAttachment
from tickets.channels.email import inbound
from tickets.enums import Channel, DeliveryState
from tickets.forms.once import new_key
from tickets.lifecycle import MailFacts
from tickets.models import Attachment, Department, Draft, Mailbox, Message, OutboundMail, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """What the logs hold, written as in production."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactingFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield written.getvalue
    root.removeHandler(handler)


@pytest.fixture
def desk(agent: User) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(agent)
    return browser


def asked_in_the_portal(_agent: User, _desk: Client) -> set[str]:
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        key = new_key()
    question = {
        "name": "Nadja Zwirbelname",
        "email": "zwirbelmail@zwirbeldomain.example",
        "subject": "Zwirbelsubject ßö",
        "body": "Zwirbelbody Zwärbelumlaut",
        "website": "",
        "key": key,
    }
    failed = Client().post("/portal/ask/", question | {"email": "zwirbelwrong", "key": "nonsense"})
    assert failed.status_code == 200
    file = SimpleUploadedFile("Zwirbelfile.txt", b"Zwirbelcontent " * 5000, "text/plain")
    done = Client().post("/portal/ask/", question | {"attachments": file})
    assert done.status_code == 302
    assert Attachment.objects.get().content.read_plain().startswith(b"Zwirbelcontent")
    return {
        "Zwirbelname",
        "zwirbelmail",
        "zwirbeldomain",
        "Zwirbelsubject",
        "Zwirbelbody",
        "Zwärbelumlaut",
        "zwirbelwrong",
        "Zwirbelfile",
        "Zwirbelcontent",
    }


RAW = """From: Nadja Nadelname <nadelmail@nadel.example>
To: support@helpdesk.example
Cc: Nadelcopy <nadelcopy@nadel.example>
Subject: =?utf-8?q?Nadelsubject_f=C3=BCr?=
Message-ID: <nadelid@nadel.example>
In-Reply-To: <nadelparent@nadel.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=utf-8

<p>Nadelbody</p><blockquote>Nadelquote</blockquote>
--x
Content-Type: application/pdf; name="Nadelfile.pdf"
Content-Disposition: attachment; filename="Nadelfile.pdf"

Nadelcontent
--x--
"""


def mailed(_agent: User, _desk: Client) -> set[str]:
    assert inbound.receive(RAW.replace("\n", "\r\n").encode()).action == "opened"
    broken = b"From: nadelbroken@nadel.example\r\nSubject: Nadelbroken\r\n\r\n" + b"\xff\xfe" * 50
    inbound.receive(broken)
    assert Message.objects.filter(message_id="nadelid@nadel.example").exists()
    return {
        "Nadelname",
        "nadelmail",
        "nadelcopy",
        "Nadelsubject",
        "nadelid",
        "nadelparent",
        "Nadelbody",
        "Nadelquote",
        "Nadelfile",
        "Nadelcontent",
        "Nadelbroken",
    }


def worked_on_at_the_desk(agent: User, desk: Client) -> set[str]:
    person = ContactFactory(full_name="Dora Dorndame", email="dornmail@dorn.example")
    ticket = lifecycle.open(
        requester=person, subject="Dornsubject", body_text="Dornbody", channel=Channel.DESK, by=agent
    )
    at = f"/desk/tickets/{ticket.number}/"
    reply = {"body": "Dornreply", "cc": "dorncopy@dorn.example", "then_status": ""}
    desk.post(f"{at}replies/", reply | {"cc": "dornwrong"})
    desk.post(f"{at}replies/", reply)
    desk.post(f"{at}notes/", {"body": "Dornnote", "files": SimpleUploadedFile("Dornfile", b"Dorncontent")})
    desk.post(f"{at}drafts/", {"kind": "agent", "body": "Dorndraft", "cc": "dorndraftcopy@dorn.example"})
    desk.post(f"{at}subject/", {"subject": "Dornretitled"})
    desk.post("/desk/search/", {"words": "dornsearch"})
    desk.post("/desk/search/", {"words": "dornmail@dorn.example"})
    desk.get(at)
    desk.get(f"{at}history/")
    assert {"Dornreply", "Dornnote"} <= {message.body_text for message in Message.objects.all()}
    assert [draft.body for draft in Draft.objects.all()] == ["Dorndraft"]
    assert Ticket.objects.get().subject == "Dornretitled"
    words = "Dorndame dornmail Dornsubject Dornbody Dornreply dorncopy dornwrong Dornnote Dornfile"
    return {*words.split(), *["Dorncontent", "Dorndraft", "dorndraftcopy", "Dornretitled", "dornsearch"]}


def known_by_many_names(agent: User, _desk: Client) -> set[str]:
    person = ContactFactory(full_name="Kurt Kaktusname", email="kaktus@kaktus.example", notes="Kaktusnotes")
    identification.add_identity(person, IdentityKind.PHONE, "030 73164559")
    identification.add_identity(person, IdentityKind.HANDLE, "@kaktushandle")
    other = ContactFactory(full_name="Kurt Kaktuszwei", email="kaktuszwei@kaktus.example")
    merging.merge(other, into=person, by=agent)
    assert Identity.objects.filter(contact=person).count() == 4
    return {"Kaktusname", "kaktus.example", "Kaktusnotes", "3073164559", "kaktushandle", "Kaktuszwei"}


def signed_in(agent: User, _desk: Client) -> set[str]:
    for _ in range(9):
        Client().post("/sign-in/", {"username": "stachelmail@stachel.example", "password": "Stachelpassword"})
    Client().post("/sign-in/", {"username": "no address Stachelname", "password": "x"})
    Client().post("/password/forgotten/", {"email": "stachelforgot@stachel.example"})
    Client().post("/portal/sign-in/", {"email": "stachelportal@stachel.example"})
    known = ContactFactory(email="stachelknown@stachel.example")
    browser = Client()
    browser.post("/portal/sign-in/", {"email": "stachelknown@stachel.example"})
    browser.post("/portal/sign-in/code/", {"code": "00000000"})
    assert OutboundMail.objects.filter(recipient=known).count() == 1
    assert browser.post("/sign-in/", {"username": agent.email, "password": PASSWORD}).status_code == 302
    words = "stachelmail Stachelpassword Stachelname stachelforgot stachelportal stachelknown stachel.example"
    return {*words.split(), "alma.agent", PASSWORD}


def administered(_agent: User, _desk: Client) -> set[str]:
    boss = User.objects.create_superuser("distelboss@distel.example", None, full_name="Distelboss")
    browser = Client(raise_request_exception=False)
    browser.force_login(boss)
    none = {f"identities-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")}
    contact = {"full_name": "Distelcontact", "notes": "Distelnotes", "language": "", "timezone": "", **none}
    assert browser.post("/admin/contacts/contact/add/", contact).status_code == 302
    assert Contact.objects.get().full_name == "Distelcontact"
    staff = {"email": "distelstaff@distel.example", "full_name": "Distelstaff", "is_active": "on"}
    browser.post("/admin/privacy/user/add/", staff | {"email": "distelwrong"})
    browser.post("/admin/privacy/user/add/", {**staff, "timezone": "", "language": ""})
    browser.get("/admin/privacy/user/", {"q": "distelsearch@distel.example"})
    browser.post(f"/admin/contacts/contact/{Contact.objects.get().pk}/delete/", {"post": "yes"})
    words = "Distelboss Distelcontact Distelnotes distelstaff distelwrong distelsearch distel.example"
    return set(words.split())


def sent_and_returned(agent: User, _desk: Client) -> set[str]:
    mailbox = Mailbox(
        department=Department.default(),
        name="Support",
        address="support@helpdesk.example",
        password="Rosenpassword",
        smtp_password="Rosensmtp",
        oauth_client_secret="Rosenclient",
        oauth_refresh_token="Rosentoken",
    )
    mailbox.save()
    person = ContactFactory(full_name="Rosa Rosenname", email="rosen@rosen.example")
    facts = MailFacts(
        "<rosenid@x>", "<rosenparent@x>", "<b>Rosenhtml</b>", "> Rosenquote", "rosencc@x.example"
    )
    ticket = lifecycle.open(
        requester=person,
        subject="Rosensubject",
        body_text="Rosenbody",
        channel=Channel.EMAIL,
        by=person,
        mail=facts,
        attachments=[NewAttachment("Rosenfile.txt", "text/plain", b"Rosencontent", "<rosencid>")],
    )
    mail = delivery.send(lifecycle.reply(ticket, by=agent, body_text="Rosenreply"))
    mail.state, mail.error = DeliveryState.FAILED, "550 <rosen@rosen.example> Rosenerror"
    mail.save()
    assert mailbox.password == "Rosenpassword"
    words = "Rosenpassword Rosensmtp Rosenclient Rosentoken Rosenname rosen.example rosenid rosenparent"
    more = "Rosenhtml Rosenquote rosencc Rosensubject Rosenbody Rosenfile Rosencontent rosencid Rosenreply"
    return {*words.split(), *more.split(), "Rosenerror"}


FLOWS = [
    asked_in_the_portal,
    mailed,
    worked_on_at_the_desk,
    known_by_many_names,
    signed_in,
    administered,
    sent_and_returned,
]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_nothing_lies_in_clear(
    flow: Any,
    agent: User,
    desk: Client,
    department: Department,
    media: Path,
    log: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        words = flow(agent, desk)
    assert leaks(words, media, log()) == {}


# -- the search itself: it finds what is there


def test_tables_and_statistics_are_looked_into(media: Path, db: None) -> None:
    for _ in range(20):
        Organisation(name="Nadelkissen", domain="nadelkissen.example").save()
    tables = ["default.contacts_historicalorganisation", "default.contacts_organisation"]
    assert leaks(["nadelkissen", "not there"], media, "") == {"nadelkissen": [*tables, "pg_stats"]}


def test_files_sessions_logs_and_redis_are_looked_into(media: Path, client: Client, db: None) -> None:
    media.mkdir(parents=True)
    (media / "x").write_bytes(b"Nadelkissen")
    session = client.session
    session["x"] = "Nadelkissen" * 20  # compressed in the table
    session.save()
    cache.set("nadelkissen", 1, 5)
    assert leaks(["Nadelkissen"], media, "a Nadelkissen") == {
        "Nadelkissen": ["file", "log", "redis", "session"]
    }


@pytest.mark.parametrize(
    "hidden",
    [
        "Nädel".encode(),
        "NÄDEL".encode(),
        "Nädel".encode("utf-16-le"),
        "nädel".encode("utf-16-be"),
        b"4ec3a464656c",
        b"N%C3%A4del",
        b"N\\u00e4del",
        b"N&#228;del",
        base64.b64encode("Nädelx".encode()),
        base64.b64encode("xNädelx".encode()),
        base64.urlsafe_b64encode("xyNädelx".encode()),
    ],
)
def test_every_disguise_is_seen_through(hidden: bytes) -> None:
    assert any(each in hidden for each in disguises("Nädel"))
    assert not any(each in b"something else entirely" for each in disguises("Nädel"))
