"""Three mails that wait in the company's mailboxes when the demo mail server starts for the first time."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.utils import timezone

from helpdesk.demo.company import CUSTOMERS, addressed
from helpdesk.demo.drawing import drawn
from helpdesk.demo.mailserver import DemoMailServer
from helpdesk.demo.mailserver.store import SENT

ANNA, OLIVER = ((f"{first} {last}", email) for first, last, *_, email in CUSTOMERS)
MAILS = (
    (ANNA, "technik", "Lina macht ein Geräusch wie ein Staubsauger", "leak",
     "Hallo Frau Demir,\n\nseit heute früh saugt meine Lina laut Luft an, und unten kommt Wasser heraus, "
     "Foto hängt an. Kann ich sie bis zu Ihrer Antwort weiter benutzen?\n\nViele Grüße\nAnna Ahrens\n"),
    (OLIVER, "support", "Do you ship to Norway?", "",
     "Hi there,\n\na quick one: could you send two bags of Hafenblick to my sister in Bergen, and what would "
     "customs cost her?\n\nBest,\nOliver\n"),
    (("Hotel Seestern, Einkauf", "einkauf@hotel-seestern.example"), "hilfe", "Zweite Maschine", "",
     "Guten Tag,\n\nfür die Sommersaison möchten wir im Frühstücksraum eine zweite Gastro 2 aufstellen. "
     "Bitte rufen Sie mich vormittags an.\n\nFreundliche Grüße\nWiebke Carstens\nHotel Seestern\n"),
)  # fmt: skip


def deliver(server: DemoMailServer) -> None:
    """Put them into the inboxes, unless somebody has mail already."""
    if server.store.addresses():
        return
    for (name, email), local, subject, picture, text in MAILS:
        mail = EmailMessage()
        mail["From"], mail["To"] = f'"{name}" <{email}>', addressed(local)
        mail["Subject"] = subject
        mail["Date"] = format_datetime(timezone.localtime())
        mail["Message-ID"] = make_msgid(domain=email.partition("@")[2])
        mail.set_content(text)
        if picture:
            mail.add_attachment(drawn(picture), maintype="image", subtype="png", filename="IMG_2041.png")
        server.deliver(mail, addressed(local))
        sent = server.store.folder(email, SENT, create=True)
        if sent:
            sent.add(bytes(mail), flags=frozenset("S"))
