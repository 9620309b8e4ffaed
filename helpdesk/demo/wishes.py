"""What some of Moorbach's customers asked for about their data, in different states."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from contacts.models import Contact
from privacy import actor, requests
from privacy.enums import Arrival, Proof, RequestKind, RestrictionGround
from privacy.models import DataRequest, User

ACCESS = "Ich möchte wissen, was Sie über mich gespeichert haben, und woher Sie es wissen."
ERASURE = "I gave the machine away. Please delete everything you have about me."
RESTRICTION = "Die Rechnung stimmt nicht. Bis das geklärt ist, soll niemand mit meinen Daten arbeiten."


def asked(contacts: Sequence[Contact], clerk: User, until: datetime) -> None:
    """One is answered, one nearly due with its identity checked, one waits for a second person to approve it."""
    done, late, waiting = contacts[:3]
    with actor.at(until - timedelta(days=40)), actor.acting(clerk):
        first = _recorded(RequestKind.ACCESS, done, clerk, until - timedelta(days=40), ACCESS, Arrival.MAIL)
        for step in ("received", "identity", "scope", "others", "package", "answered"):
            requests.tick(first, step, is_done=True, by=clerk)
        requests.complete(first, answer="Ihre Auskunft liegt im Portal bereit.", by=clerk)
    with actor.at(until - timedelta(days=26)), actor.acting(clerk):
        second = _recorded(
            RequestKind.RESTRICTION,
            late,
            clerk,
            until - timedelta(days=26),
            RESTRICTION,
            Arrival.PHONE,
            ground=RestrictionGround.CONTESTED,
        )
        requests.tick(second, "received", is_done=True, by=clerk)
        requests.tick(second, "identity", is_done=True, by=clerk)
    with actor.at(until - timedelta(days=3)), actor.acting(clerk):
        _recorded(RequestKind.ERASURE, waiting, clerk, until - timedelta(days=3), ERASURE, Arrival.MAIL)


def _recorded(
    kind: RequestKind,
    contact: Contact,
    clerk: User,
    moment: datetime,
    wish: str,
    arrival: Arrival,
    **particulars: Any,
) -> DataRequest:
    return requests.record(
        kind,
        contact,
        by=clerk,
        arrival=arrival,
        wish=wish,
        received_on=moment.date(),
        proof=Proof.KNOWN,
        **particulars,
    )
