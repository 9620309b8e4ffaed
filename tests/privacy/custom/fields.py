"""Custom fields for tests, and example values of every type."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st

from privacy.enums import Category, FieldType, LawfulBasis, Purpose
from privacy.models import CustomField
from privacy.values import LINE, PLACES

PERSONAL = {"category": Category.CONTENT, "purpose": Purpose.SUPPORT, "basis": LawfulBasis.CONTRACT}
OPTIONS = [
    {"key": "lina", "labels": {"en": "Lina", "de": "Lina"}},
    {"key": "alba", "labels": {"en": "Alba (small)", "de": "Alba (klein)"}},
    {"key": "tilda", "labels": {"en": "Tilda", "de": ""}},
]


def make_field(key: str = "extra", type: str = FieldType.TEXT, **given: Any) -> CustomField:  # noqa: A002
    """A field on tickets, encrypted and personal unless said otherwise."""
    declared = {} if given.get("not_personal") else PERSONAL
    made = CustomField(
        **{
            "module": "tickets.ticket",
            "key": key,
            "type": type,
            "labels": {"en": key.replace("_", " ").capitalize(), "de": f"{key} auf Deutsch"},
            "options": OPTIONS if type in (FieldType.CHOICE, FieldType.CHOICES) else [],
            "converted_at": timezone.now(),
            **declared,
            **given,
        }
    )
    made.save()
    return made


EXAMPLES: dict[str, Any] = {
    FieldType.TEXT: "Contract 4711 for Anna",
    FieldType.LONG_TEXT: "One line.\nAnother one: ß, 漢字.",
    FieldType.NUMBER: 4711,
    FieldType.DECIMAL: Decimal("-12.50"),
    FieldType.DAY: date(2027, 2, 28),
    FieldType.MOMENT: datetime(2027, 2, 28, 23, 59, 1, 5, tzinfo=UTC),
    FieldType.EMAIL: "anna@post.example",
    FieldType.PHONE: "+49301234567",
    FieldType.URL: "https://example.com/a?b=c",
    FieldType.CHOICE: "alba",
    FieldType.CHOICES: ("alba", "lina"),
    FieldType.YES_NO: False,
}
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=LINE)
ANY: dict[str, st.SearchStrategy[Any]] = {
    FieldType.TEXT: TEXTS,
    FieldType.LONG_TEXT: TEXTS,
    FieldType.NUMBER: st.integers(-(10**18) + 1, 10**18 - 1),
    FieldType.DECIMAL: st.decimals(-(10**17), 10**17, places=PLACES),
    FieldType.DAY: st.dates(),
    FieldType.MOMENT: st.datetimes(timezones=st.just(UTC)),
    FieldType.EMAIL: st.from_regex(r"[a-z]{1,20}@[a-z]{1,20}\.example", fullmatch=True),
    FieldType.PHONE: st.from_regex(r"\+4930[1-9][0-9]{6}", fullmatch=True),
    FieldType.URL: st.from_regex(r"https://[a-z]{1,20}\.example/[a-z]{0,20}", fullmatch=True),
    FieldType.CHOICE: st.sampled_from(["lina", "alba", "tilda"]),
    FieldType.CHOICES: st.sets(st.sampled_from(["lina", "alba", "tilda"]), min_size=1).map(tuple),
    FieldType.YES_NO: st.booleans(),
}
