"""Mail is collected over IMAP, as imap-tools and the standard library do it."""

import base64
import imaplib
import threading
import time
from datetime import UTC, datetime

import pytest
from imap_tools import A, BaseMailBox, MailBoxUnencrypted, MailMessageFlags, U
from imap_tools.errors import MailboxLoginError

from helpdesk.demo.mailserver import ACCESS_TOKEN, PASSWORD, DemoMailServer
from tests.helpdesk.demo.mailserver.conftest import SUPPORT

PICTURE = b"""Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r
From: "Anna (privat)" <anna@post.example>\r
To: support@moorbach.example\r
Message-ID: <1@post.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=b\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
Gr\xc3\xbc\xc3\x9fe\r
--b\r
Content-Type: image/png; name=p.png\r
Content-Transfer-Encoding: base64\r
Content-Disposition: attachment; filename=p.png\r
\r
iVBORw0KGgo=\r
--b--\r
"""


def fill(server: DemoMailServer, count: int) -> None:
    for number in range(1, count + 1):
        server.deliver(
            f"Subject: Mail {number}\nFrom: anna@post.example\n\nText {number}\n".encode(), SUPPORT
        )


def test_unread_mails_are_fetched_in_batches_and_stay_unread(
    server: DemoMailServer, inbox: BaseMailBox
) -> None:
    fill(server, 25)
    found = list(inbox.fetch(A(seen=False), mark_seen=False, bulk=10))
    assert [(mail.uid, mail.subject) for mail in found] == [(str(n), f"Mail {n}") for n in range(1, 26)]
    assert found[24].text == "Text 25\r\n"
    assert len(inbox.uids("UNSEEN")) == 25


def test_a_fetched_mail_is_what_was_delivered(server: DemoMailServer, inbox: BaseMailBox) -> None:
    server.deliver(PICTURE, SUPPORT)
    found = next(iter(inbox.fetch(mark_seen=False)))
    assert (found.subject, found.text.strip(), found.attachments[0].filename) == ("Grüße", "Grüße", "p.png")
    assert found.obj.as_bytes().replace(b"\r\n", b"\n").endswith(PICTURE.replace(b"\r\n", b"\n"))


def test_reading_marks_as_read(server: DemoMailServer, inbox: BaseMailBox) -> None:
    fill(server, 2)
    assert [mail.flags for mail in inbox.fetch(A(uid="1"), mark_seen=True)] == [(MailMessageFlags.SEEN,)]
    assert inbox.uids("UNSEEN") == ["2"]


def test_flags_are_set_and_taken_away(server: DemoMailServer, inbox: BaseMailBox) -> None:
    fill(server, 5)
    inbox.flag(["1", "2", "4"], [MailMessageFlags.SEEN, MailMessageFlags.FLAGGED], True)
    inbox.flag("2", MailMessageFlags.SEEN, False)
    assert (inbox.uids("SEEN"), inbox.uids("FLAGGED"), inbox.uids("UNSEEN")) == (
        ["1", "4"],
        ["1", "2", "4"],
        ["2", "3", "5"],
    )


def test_mails_move_to_a_folder(server: DemoMailServer, inbox: BaseMailBox) -> None:
    fill(server, 4)
    inbox.folder.create("Erledigt/Für später")
    inbox.move(["1", "3"], "Erledigt/Für später")
    assert inbox.uids() == ["2", "4"]
    inbox.folder.set("Erledigt/Für später")
    assert [mail.subject for mail in inbox.fetch(mark_seen=False)] == ["Mail 1", "Mail 3"]


def test_mails_are_copied_and_removed(server: DemoMailServer, inbox: BaseMailBox) -> None:
    fill(server, 3)
    inbox.folder.create("Archive")
    inbox.copy("2", "Archive")
    inbox.delete(["2"])
    assert (inbox.uids(), inbox.folder.status("Archive")["MESSAGES"]) == (["1", "3"], 1)


def test_a_missing_folder_is_told(inbox: BaseMailBox, server: DemoMailServer) -> None:
    fill(server, 1)
    assert inbox.client.uid("MOVE", "1", "Nowhere") == ("NO", [b"[TRYCREATE] no such folder"])
    assert inbox.client.select("Nowhere")[0] == "NO"


def test_folders_are_listed_made_and_removed(inbox: BaseMailBox) -> None:
    inbox.folder.create("Done")
    assert [folder.name for folder in inbox.folder.list()] == ["INBOX", "Done"]
    assert (inbox.folder.exists("Done"), inbox.folder.exists("Gone")) == (True, False)
    inbox.folder.delete("Done")
    assert [folder.name for folder in inbox.folder.list()] == ["INBOX"]


def test_a_mail_is_put_into_a_folder_with_its_date(inbox: BaseMailBox) -> None:
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    inbox.append(b"Subject: Kept\r\n\r\nx", "INBOX", dt=moment, flag_set=[MailMessageFlags.SEEN])
    answer = inbox.client.fetch("1", "(INTERNALDATE FLAGS)")[1][0]
    assert imaplib.Internaldate2tuple(answer) is not None
    assert b"FLAGS (\\Seen)" in answer
    assert time.mktime(imaplib.Internaldate2tuple(answer)) == moment.timestamp()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (A(subject="Mail 2"), ["2"]),
        (A(uid=U("2", "*")), ["2", "3"]),
        (A(uid=U("9", "*")), ["3"]),
        ("NOT (OR SUBJECT 1 BODY {6}\r\ntext 3)".replace("{6}\r\ntext 3", '"text 3"'), ["2"]),
        ("1,3 FROM anna", ["1", "3"]),
        ("HEADER Subject mail SMALLER 10000 LARGER 5", ["1", "2", "3"]),
        ("SINCE 01-Jan-2020 BEFORE 01-Jan-2021", []),
        ("KEYWORD x", []),
    ],
)
def test_mails_are_searched(
    server: DemoMailServer, inbox: BaseMailBox, criteria: str, expected: list[str]
) -> None:
    fill(server, 3)
    assert inbox.uids(criteria) == expected


def test_parts_envelope_and_structure_are_told(server: DemoMailServer, inbox: BaseMailBox) -> None:
    server.deliver(PICTURE, SUPPORT)
    inbox.client.noop()
    fetch = inbox.client.fetch
    assert fetch("1", "(BODY.PEEK[1])")[1][0][1] == "Grüße".encode()
    assert fetch("1", "(BODY.PEEK[2])")[1][0][1] == b"iVBORw0KGgo="
    assert fetch("1", "(BODY.PEEK[2.MIME])")[1][0][1].startswith(b"Content-Type: image/png; name=p.png\r\n")
    assert (
        fetch("1", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1][0][1]
        == b"Message-ID: <1@post.example>\r\n\r\n"
    )
    assert fetch("1", "(BODY.PEEK[2]<2.3>)")[1][0] == (b"1 (BODY[2]<2> {3}", b"BOR")
    envelope = fetch("1", "(ENVELOPE)")[1][0]
    assert b'(("Anna (privat)" NIL "anna" "post.example"))' in envelope
    structure = fetch("1", "(BODYSTRUCTURE)")[1][0]
    assert (
        b'("IMAGE" "PNG" ("name" "p.png") NIL NIL "BASE64" 12 NIL ("ATTACHMENT" ("FILENAME" "p.png"))'
        in structure
    )
    assert fetch("1", "(RFC822.SIZE)")[1][0] == b"1 (RFC822.SIZE %d)" % server.mails(SUPPORT)[0].size


def test_new_mail_is_announced_to_who_waits(server: DemoMailServer, inbox: BaseMailBox) -> None:
    threading.Timer(0.5, lambda: fill(server, 1)).start()
    assert inbox.idle.wait(timeout=5) == [b"* 1 EXISTS"]


@pytest.mark.parametrize(("user", "password"), [(SUPPORT, "wrong"), ("no address", PASSWORD), (SUPPORT, "")])
def test_a_wrong_password_is_refused(server: DemoMailServer, user: str, password: str) -> None:
    with pytest.raises(MailboxLoginError):
        MailBoxUnencrypted(server.host, server.imap_port).login(user, password)


def test_an_access_token_signs_in(server: DemoMailServer) -> None:
    box = MailBoxUnencrypted(server.host, server.imap_port).xoauth2(SUPPORT, ACCESS_TOKEN)
    assert box.folder.exists("INBOX")
    box.logout()


def test_plain_sign_in_with_the_answer_at_once(server: DemoMailServer) -> None:
    client = imaplib.IMAP4(server.host, server.imap_port)
    answer = base64.b64encode(f"\0{SUPPORT}\0{PASSWORD}".encode()).decode()
    assert client._simple_command("AUTHENTICATE", "PLAIN", answer)[0] == "OK"
    client.shutdown()


def test_nonsense_is_answered_and_the_connection_stays(inbox: BaseMailBox) -> None:
    inbox.client.send(b"x1 FETCH 1 (BODY[\r\nx2 FETCH\r\nx3 BREW coffee\r\nx4 FETCH 1:x FLAGS\r\nx5 UID\r\n")
    told = [inbox.client.readline().split()[:2] for _ in range(5)]
    assert told == [[b"x%d" % number, b"BAD"] for number in range(1, 6)]
    assert inbox.client.noop()[0] == "OK"


def test_two_clients_see_what_the_other_does(server: DemoMailServer, inbox: BaseMailBox) -> None:
    fill(server, 3)
    with MailBoxUnencrypted(server.host, server.imap_port).login(SUPPORT, PASSWORD) as other:
        inbox.client.noop()
        other.delete(["2"])
        assert inbox.client.fetch("2", "(UID)")[1] == [None]
        inbox.client.noop()
        assert inbox.client.fetch("2", "(UID)")[1] == [b"2 (UID 3)"]
