"""Background jobs take ids and numbers, because brokers keep messages in clear."""

from uuid import UUID

import pytest
from celery import current_app, shared_task
from hypothesis import given
from hypothesis import strategies as st

from privacy.tasks import IdTask, is_id


@shared_task
def anything(*args: object, **kwargs: object) -> None:
    """A task like any other."""


TEXTS = ["anna@example.org", "Anna Beispiel", "", "42", b"anna", ["x"], {"a": 1}, 1.5, object()]


def test_every_task_is_one() -> None:
    ours = [
        task for name, task in current_app.tasks.items() if name.partition(".")[0] in ("privacy", "tickets")
    ]
    assert ours
    assert [task.name for task in ours if not isinstance(task, IdTask)] == []


@pytest.mark.parametrize("value", TEXTS)
@pytest.mark.parametrize(
    "send", [lambda v: anything.delay(v), lambda v: anything.delay(key=v), lambda v: anything.s(v).delay()]
)
def test_a_text_is_refused(send: object, value: object) -> None:
    with pytest.raises(TypeError, match="arguments are uuids or numbers"):
        send(value)  # type: ignore[operator]


@pytest.mark.parametrize("value", [UUID(int=7), str(UUID(int=7)), 42, 0, -1, None, True])
def test_an_id_or_number_is_taken(value: object) -> None:
    assert is_id(value)


@given(st.text(max_size=60))
def test_no_text_that_says_something_is_an_id(text: str) -> None:
    hexadecimal = {*"0123456789abcdefABCDEF-{}"}
    if is_id(text):
        assert {*text.removeprefix("urn:").removeprefix("uuid:")} <= hexadecimal
