"""Moorbach, a made-up maker of coffee machines in Bremen: departments, staff, products, log-ins."""

from dataclasses import dataclass

DOMAIN = "moorbach.example"
COMPANY = "Moorbach Kaffeemaschinen GmbH"
PASSWORD = "moorbach-demo"  # noqa: S105  # nosec B105 - no secret; the command needs DEBUG


@dataclass(frozen=True, slots=True)
class Unit:
    """A department and the mailboxes that it answers."""

    key: str
    name: str
    description: str
    mailboxes: tuple[tuple[str, str], ...]  # name, local part of the address
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff; ``title`` is how German customers address them."""

    first_name: str
    last_name: str
    title: str
    unit: str
    kind: str = "agent"  # of profile

    @property
    def works(self) -> bool:
        """Whether they answer the tickets of the scripts."""
        return self.kind in ("agent", "supervisor")

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"{self.first_name.lower()}@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class LogIn:
    """Somebody as whom the demo can be tried; customers sign in by a mailed link and have no password."""

    email: str
    password: str
    what: str


UNITS = (
    Unit("service", "Customer service", "Orders, deliveries, subscriptions, and everything else",
         (("Support", "support"), ("Hilfe", "hilfe")), is_default=True),
    Unit("technical", "Technical support", "Machines, grinders, app, spare parts", (("Technik", "technik"),)),
    Unit("billing", "Billing", "Invoices, payments, refunds", (("Rechnung", "rechnung"),)),
    Unit("privacy", "Privacy", "Your data and your rights", (("Datenschutz", "datenschutz"),)),
)  # fmt: skip

STAFF = (
    Colleague("Katrin", "Vogt", "Frau", "service", "administrator"),
    Colleague("Jonas", "Petersen", "Herr", "service", "supervisor"),
    Colleague("Mia", "Brandt", "Frau", "service"),
    Colleague("Tom", "Lindner", "Herr", "service"),
    Colleague("Ben", "Okafor", "Herr", "technical"),
    Colleague("Aylin", "Demir", "Frau", "technical"),
    Colleague("Sophie", "Keller", "Frau", "billing"),
    Colleague("Ruth", "Hansen", "Frau", "privacy"),
    Colleague("Lea", "Martens", "Frau", "service", "manager"),
    Colleague("Paul", "Winter", "Herr", "service", "newbie"),
    Colleague("Emil", "Roth", "Herr", "billing", "light"),
)

MACHINES = {
    "home": ("Moorbach Lina", "Moorbach Lina Plus", "Moorbach Tilda", "Lina", "Lina Plus"),
    "alba": ("Moorbach Alba", "Alba"),
    "office": ("Moorbach Office 200", "Moorbach Office 400", "Office 400"),
    "gastro": ("Moorbach Gastro 2", "Moorbach Gastro 4"),
}
BEANS = ("Hafenblick", "Mole 7", "Kaffeekai", "Nordwind", "Feierabend", "Speicher 1898")

CUSTOMERS = (
    ("Anna", "Ahrens", "Frau", "de", "anna.ahrens@post.example"),
    ("Oliver", "Grant", "", "en", "oliver.grant@mail.example"),
)

LOGINS = (
    LogIn(STAFF[0].email, PASSWORD, "administrator"),
    LogIn(STAFF[8].email, PASSWORD, "support manager, all departments"),
    LogIn(STAFF[1].email, PASSWORD, "supervisor, customer service"),
    LogIn(STAFF[2].email, PASSWORD, "agent, customer service"),
    LogIn(STAFF[4].email, PASSWORD, "agent, technical support"),
    LogIn(STAFF[6].email, PASSWORD, "clerk, billing: sees addresses masked, opens them for a reason"),
    LogIn(STAFF[9].email, PASSWORD, "newbie agent, customer service: sees addresses masked"),
    LogIn(STAFF[10].email, PASSWORD, "light agent, billing: reads only"),
    *(LogIn(email, "", f"customer, {language}") for *_, language, email in CUSTOMERS),
)


def addressed(address: str) -> str:
    """An address of the company."""
    return f"{address}@{DOMAIN}"
