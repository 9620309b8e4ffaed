"""Quotes and signatures come off HTML mails as off plain ones, whatever program wrote them."""

# ruff: noqa: E501

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.channels.email.html import to_text
from tickets.channels.email.replies import separate_html, separate_pages

OUTLOOK_HEAD = (
    "<p class=MsoNormal><b><span lang=DE>Von:</span></b><span lang=DE> Support &lt;support@firma.example&gt; <br>"
    "<b>Gesendet:</b> Dienstag, 3. März 2026 14:02<br><b>An:</b> Max &lt;max@kunde.example&gt;<br>"
    "<b>Betreff:</b> Termin</span></p>"
)
ON = "On Tue, Mar 3, 2026 at 2:02 PM Anna &lt;<a href='mailto:a@firma.example'>a@firma.example</a>&gt; wrote:"
AM = "Am 03.03.2026 um 14:02 schrieb Anna &lt;anna@firma.example&gt;:"
MAILS = {
    "Gmail": (
        f'<div dir="ltr">Ja, gerne.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{ON}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex"><div dir="ltr">Passt Mittwoch?</div></blockquote></div>',
        "Ja, gerne.",
        ["Passt Mittwoch?", "wrote:"],
    ),
    "Gmail with signature": (
        '<div dir="ltr">Ja.<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br>'
        '<div dir="ltr" class="gmail_signature"><b>Max Muster</b><br>0171 1234</div></div>'
        f'<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">{ON}<br></div>'
        '<blockquote class="gmail_quote">Passt?</blockquote></div>',
        "Ja.",
        ["Max Muster", "Passt?"],
    ),
    "Gmail, answers in between": (
        f'<div dir="ltr"><div class="gmail_quote"><div class="gmail_attr">{ON}<br></div>'
        '<blockquote class="gmail_quote">Welche Nummer?</blockquote><div>4711</div>'
        '<blockquote class="gmail_quote">Welcher Tag?</blockquote><div>Mittwoch</div></div></div>',
        None,
        [],
    ),
    "Gmail, forwarded": (
        '<div dir="ltr">Bitte prüfen.<br><br><div class="gmail_quote"><div class="gmail_attr">'
        "---------- Forwarded message ---------<br>Von: <b>Kunde</b><br>Subject: X<br></div>Inhalt</div></div>",
        None,
        [],
    ),
    "Apple Mail": (
        '<html><body style="word-wrap: break-word;">Läuft wieder.<br><div><br><blockquote type="cite">'
        f'<div>{AM}</div><br class="Apple-interchange-newline"><div>Bitte neu starten.</div></blockquote></div><br></body>',
        "Läuft wieder.",
        ["Bitte neu starten.", "schrieb"],
    ),
    "iPhone": (
        '<div dir="ltr">Ja.<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Von meinem iPhone gesendet</div></div>'
        f'<div dir="ltr"><br><blockquote type="cite">{AM}<br><br></blockquote></div>'
        '<blockquote type="cite"><div dir="ltr">﻿Passt Mittwoch?</div></blockquote>',
        "Ja.",
        ["iPhone", "Passt Mittwoch?"],
    ),
    "Outlook, German": (
        "<div class=WordSection1><p class=MsoNormal>Passt so.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
        f"{OUTLOOK_HEAD}</div><p class=MsoNormal>Passt Mittwoch?</p></div>",
        "Passt so.",
        ["Von: Support", "Passt Mittwoch?"],
    ),
    "Outlook on the web": (
        '<div class="elementToProof">Fine.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
        '<div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Support<br><b>Sent:</b> x</div><div>Is Wednesday fine?</div>',
        "Fine.",
        ["From: Support", "Is Wednesday fine?"],
    ),
    "Outlook on the web, signature": (
        '<div>Fine.</div><div id="Signature"><p>Max Muster</p><p>Muster GmbH</p></div><div id="appendonsend"></div><hr>'
        '<div id="divRplyFwdMsg"><b>Lähettäjä:</b> Support</div><div>Is Wednesday fine?</div>',
        "Fine.",
        ["Max Muster", "Is Wednesday fine?"],
    ),
    "Outlook for Android": (
        '<div dir="auto">Kommt morgen.</div><div id="ms-outlook-mobile-signature" dir="auto"><div><br></div>'
        'Gesendet von <a href="https://aka.ms/AAb9ysg">Outlook für Android</a></div><hr><div id="divRplyFwdMsg">'
        "<b>From:</b> Support</div><div>Wann?</div>",
        "Kommt morgen.",
        ["Outlook für Android", "Wann?"],
    ),
    "Outlook, forwarded, only the subject tells": (
        f"<p>Bitte prüfen.</p>{OUTLOOK_HEAD}<p>Die Rechnung ist falsch.</p>",
        None,
        [],
    ),
    "Thunderbird": (
        f'<p>Schon bezahlt.</p><div class="moz-cite-prefix">{AM}<br></div><blockquote type="cite" '
        'cite="mid:x@firma.example"><p>Bitte zahlen.</p></blockquote>',
        "Schon bezahlt.",
        ["Bitte zahlen.", "schrieb"],
    ),
    "Thunderbird, answer below": (
        f'<div class="moz-cite-prefix">{AM}<br></div><blockquote type="cite"><p>Bitte zahlen.</p></blockquote>'
        '<p>Schon bezahlt.</p><pre class="moz-signature" cols="72">-- \nMax Muster\n0171 1234</pre>',
        "Schon bezahlt.",
        ["Bitte zahlen.", "Max Muster"],
    ),
    "Thunderbird, forwarded": (
        '<p>Siehe unten.</p><div class="moz-forward-container"><br>-------- Weitergeleitete Nachricht --------'
        '<table class="moz-email-headers-table"><tr><th>Betreff: </th><td>Rechnung</td></tr></table>'
        "<blockquote type=cite>Alles</blockquote></div>",
        None,
        [],
    ),
    "Yahoo": (
        '<div class="ydp1yahoo-style-wrap"><div dir="ltr">All good.</div></div><div id="ydp2yahoo_quoted_1" '
        f'class="yahoo_quoted"><div>{ON}</div><div><div>Is it good?</div></div></div>',
        "All good.",
        ["Is it good?"],
    ),
    "GMX and WEB.DE": (
        '<div>Bitte stornieren.</div><div>&nbsp;<div name="quote" style="border-left:2px solid #C3D9E5">'
        '<div><b>Gesendet:</b> Dienstag, 03. März 2026 um 14:02 Uhr</div><div name="quoted-content">Stornieren?</div></div></div>',
        "Bitte stornieren.",
        ["Gesendet:", "Stornieren?"],
    ),
    "Proton Mail": (
        '<div>Das hilft.</div><div class="protonmail_signature_block"><div>Gesendet mit Proton Mail</div></div>'
        f'<div class="protonmail_quote">{AM}<br><blockquote class="protonmail_quote" type="cite">Hilft das?</blockquote></div>',
        "Das hilft.",
        ["Proton Mail", "Hilft das?"],
    ),
    "Roundcube": (
        f'<p>Erledigt.</p><p id="reply-intro">{AM}</p><blockquote type="cite">Bitte prüfen.</blockquote>',
        "Erledigt.",
        ["Bitte prüfen."],
    ),
    "Old Outlook": (
        "<div>Machen wir.</div><div class=OutlookMessageHeader dir=ltr><font>-----Ursprüngliche Nachricht-----<br>"
        "<b>Von:</b> Support</font></div><div>Machen Sie das?</div>",
        "Machen wir.",
        ["Machen Sie das?"],
    ),
    "Classes that Outlook renamed": (
        '<div>Ja.</div><div class="x_gmail_quote"><div>Frage?</div><div>Noch eine</div></div>',
        "Ja.",
        ["Frage?"],
    ),
    "Plain text in a pre": (
        "<pre>Yes.\n\nOn 3/3/26 14:02, Support wrote:\n&gt; Does it work?\n&gt; Regards\n\n-- \nMax</pre>",
        "Yes.",
        ["Does it work?", "Max"],
    ),
    "A table of headers": (
        "<div>Ok.</div><hr><table><tr><td>Von:</td><td>Support &lt;s@firma.example&gt;</td></tr><tr><td>An:</td>"
        "<td>Max</td></tr><tr><td>Datum:</td><td>03.03.2026 14:02</td></tr></table><div>Alt</div>",
        "Ok.",
        ["Support", "Alt"],
    ),
    "A blockquote of the writer's own": (
        "<p>Er sagte:</p><blockquote>Nein.</blockquote><p>Warum?</p>",
        None,
        [],
    ),
    "A short quote that is marked": (
        '<div>Ja</div><blockquote type="cite">Geht es?</blockquote>',
        "Ja",
        ["Geht es?"],
    ),
    "Nothing quoted": ("<p>Hallo</p><p>Welt</p>", None, []),
    "Only a quote": ('<blockquote type="cite">Hallo</blockquote>', None, []),
    "Only a signature": ('<div class="gmail_signature">Max</div>', None, []),
    "Empty": ("", None, []),
    "A picture is an answer": (
        f'<img src="cid:shot"><div class="gmail_quote">{ON}<blockquote>Ein Bild?</blockquote></div>',
        "",
        ["Ein Bild?"],
    ),
    "A pixel below the quote isn't": (
        '<p>Ja.</p><blockquote type="cite">Gut?</blockquote><img src="https://t.example/p.gif" width="1" height="1">',
        "Ja.",
        ["Gut?"],
    ),
}
FORWARDED = "Outlook, forwarded, only the subject tells"


@pytest.mark.parametrize("name", MAILS)
def test_html_mail_is_separated(name: str) -> None:
    page, reply, quoted = MAILS[name]
    shown, cut = separate_html(page, subject="WG: Rechnung" if name == FORWARDED else "Re: Frage")
    if reply is None:
        assert (shown, cut) == (page, "")
        return
    assert to_text(shown) == reply
    assert bool(shown)
    for words in quoted:
        assert words in to_text(cut)
        assert words not in to_text(shown)


def _words(page: str) -> list[str]:
    return [word for word in to_text(page).split() if word.strip(">-|")]


def test_page_without_a_plain_form_is_separated_as_text() -> None:
    page, reply, _quoted = MAILS["Gmail with signature"]
    separated = separate_pages(*separate_html(page))
    assert separated.reply == reply
    assert separated.quoted.split("\n")[:3] == ["-- ", "Max Muster", "0171 1234"]
    assert separated.quoted.endswith("> Passt?")


def test_page_whose_reply_is_a_picture_keeps_its_text() -> None:
    separated = separate_pages(*separate_html(MAILS["A picture is an answer"][0]))
    assert separated.reply.endswith("> Ein Bild?")
    assert separated.quoted == ""


@given(st.lists(st.sampled_from([page for page, _reply, _quoted in MAILS.values()]), max_size=3).map("".join))
@settings(deadline=None)
def test_no_word_is_lost(page: str) -> None:
    shown, cut = separate_html(page)
    assert sorted(_words(shown) + _words(cut)) == sorted(_words(page))


HUGE = {
    "divs": "<div>" * 30_000,
    "quotes": "<blockquote type=cite>" * 20_000,
    "paragraphs": "<p>x" * 20_000,
    "quotes with text": "<div class=gmail_quote>x" * 15_000,
    "lines": "<pre>" + "\n" * 90_000,
    "one line": "x" * 2_000_000,
    "line breaks": "<br>" * 30_000,
    "attributions": "<b>wrote:</b><br>" * 8_000,
    "too many tags": "<p>" * 500_000,
    "too many lines": "<pre>" + "\n" * 1_000_000,
}


@pytest.mark.parametrize("page", [pytest.param(page, id=name) for name, page in HUGE.items()])
def test_huge_pages_take_little_time(page: str) -> None:
    start = time.process_time()
    separate_html(page)
    assert time.process_time() - start < 8
