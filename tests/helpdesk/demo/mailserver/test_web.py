"""The web view: what a customer sees, and writing as them."""

import http.client
from urllib.parse import quote, urlencode

import pytest

from helpdesk.demo.mailserver import DemoMailServer
from helpdesk.demo.mailserver.signin import ACCESS_TOKEN, REFRESH_TOKEN
from tests.helpdesk.demo.mailserver.conftest import ANNA, SUPPORT
from tests.helpdesk.demo.mailserver.test_imap import PICTURE

DESIGNED = (
    b"Subject: <script>alert(1)</script>\nFrom: Support <support@moorbach.example>\nTo: anna@post.example\n"
    b"Message-ID: <2@moorbach.example>\nReferences: <1@post.example>\nMIME-Version: 1.0\n"
    b'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
    b"Open https://desk.example/portal/link/abc?x=1&y=2.\n\n--b\nContent-Type: text/html\n\n"
    b"<p>Hello <script>alert(1)</script></p>\n--b--\n"
)


def ask(
    server: DemoMailServer, method: str, url: str, body: str = "", **headers: str
) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection(server.host, server.web_port or 0, timeout=5)
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, url, body or None, named)
    response = connection.getresponse()
    return response.status, response.read().decode(errors="replace"), dict(response.getheaders())


def test_everybody_with_mail_is_listed(server: DemoMailServer) -> None:
    server.deliver(DESIGNED, ANNA)
    server.deliver(DESIGNED, SUPPORT)
    server.store.claim_for_desk(SUPPORT)
    status, page, _ = ask(server, "GET", "/")
    assert (
        status,
        page.index("Customers") < page.index(ANNA, page.index("Customers")) < page.index("The helpdesk"),
    ) == (200, True)
    assert page.index(SUPPORT, page.index("The helpdesk")) > 0
    assert "1 new" in page


def test_a_mail_is_read_and_then_no_longer_new(server: DemoMailServer) -> None:
    server.deliver(DESIGNED, ANNA)
    status, page, headers = ask(server, "GET", f"/mailboxes/{ANNA}/INBOX/1/")
    assert status == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<a href="https://desk.example/portal/link/abc?x=1&amp;y=2" target="_blank" rel="noopener' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "'unsafe" not in headers["Content-Security-Policy"]
    assert server.mails(ANNA)[0].is_seen


def test_the_designed_part_is_locked_into_its_frame(server: DemoMailServer) -> None:
    server.deliver(DESIGNED, ANNA)
    _, page, headers = ask(server, "GET", f"/mailboxes/{ANNA}/INBOX/1/html/")
    assert "<p>Hello" in page
    assert headers["Content-Security-Policy"].startswith("sandbox allow-popups ")
    assert "allow-scripts" not in headers["Content-Security-Policy"]


def test_an_attachment_is_saved_not_shown(server: DemoMailServer) -> None:
    server.deliver(PICTURE, ANNA)
    _, page, _ = ask(server, "GET", f"/mailboxes/{ANNA}/INBOX/1/")
    link = page.split('class="files"')[1].split('href="')[1].split('"')[0]
    status, _, headers = ask(server, "GET", link.replace("&amp;", "&"))
    assert (status, headers["Content-Disposition"]) == (200, 'attachment; filename="p.png"')


def test_an_answer_hangs_onto_its_mail(server: DemoMailServer) -> None:
    server.deliver(DESIGNED, ANNA)
    form = {
        "name": "Anna Ahrens",
        "to": SUPPORT,
        "cc": "",
        "subject": "Re: Grüße",
        "body": "Danke\r\nAnna",
        "folder": "INBOX",
        "uid": "1",
    }
    status, _, headers = ask(server, "POST", f"/mailboxes/{ANNA}/mails/", urlencode(form))
    assert (status, headers["Location"]) == (303, f"/mailboxes/{quote(ANNA)}/")
    got = server.messages(SUPPORT)[0]
    assert (got["From"], got["Subject"], got.get_content().splitlines()) == (
        "Anna Ahrens <anna@post.example>",
        "Re: Grüße",
        ["Danke", "Anna"],
    )
    assert (got["In-Reply-To"], got["References"]) == (
        "<2@moorbach.example>",
        "<1@post.example> <2@moorbach.example>",
    )
    assert "R" in server.mails(ANNA)[0].flags
    assert len(server.mails(ANNA, "Sent")) == 1


def test_a_mail_without_text_is_not_sent(server: DemoMailServer) -> None:
    status, page, _ = ask(
        server, "POST", f"/mailboxes/{ANNA}/mails/", urlencode({"to": SUPPORT, "body": " "})
    )
    assert (status, "A mail needs somebody to go to" in page, server.mails(SUPPORT)) == (200, True, [])


def test_any_address_can_write_first(server: DemoMailServer) -> None:
    status, _, headers = ask(server, "GET", "/?address=New.Person%40post.example")
    assert (status, headers["Location"]) == (303, "/mailboxes/new.person%40post.example/")
    assert ask(server, "GET", "/mailboxes/new.person@post.example/new/")[0] == 200


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", {"Host": "evil.example"}, 403),
        ("GET", {"Host": "127.0.0.1.evil.example:80"}, 403),
        ("POST", {"Origin": "https://evil.example"}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("PUT", {}, 405),
    ],
)
def test_other_sites_are_kept_out(
    server: DemoMailServer, method: str, headers: dict[str, str], expected: int
) -> None:
    url = "/" if method == "GET" else f"/mailboxes/{ANNA}/mails/"
    assert ask(server, method, url, **headers)[0] == expected


@pytest.mark.parametrize(
    "url",
    [
        "/nowhere",
        f"/mailboxes/{ANNA}/INBOX/9/",
        f"/mailboxes/{ANNA}/Gone/1/",
        "/mailboxes/..%2f..%2fetc/INBOX/1/",
        "/assets/pages.py",
    ],
)
def test_what_is_not_there_is_not_found(server: DemoMailServer, url: str) -> None:
    assert ask(server, "GET", url)[0] == 404


@pytest.mark.parametrize("name", ["mail.css", "mail.js", "icon.svg"])
def test_assets_are_served(server: DemoMailServer, name: str) -> None:
    assert ask(server, "GET", f"/assets/{name}")[0] == 200


def test_a_refresh_token_gets_an_access_token(server: DemoMailServer) -> None:
    status, answer, _ = ask(server, "POST", "/oauth2/token", urlencode({"refresh_token": REFRESH_TOKEN}))
    assert (status, ACCESS_TOKEN in answer) == (200, True)
    assert ask(server, "POST", "/oauth2/token", urlencode({"refresh_token": "other"}))[0] == 400
