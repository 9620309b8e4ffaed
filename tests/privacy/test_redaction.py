"""Logs tell events and ids, and nothing that people wrote: addresses, values of rows, secret links."""

import io
import logging
import sys
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from helpdesk.logs import QuietReporter, RedactingFormatter, redacted
from privacy.models import User
from tests.factories import UserFactory

SECRETS = ["anna", "example.org", "s3cret", "Beispiel"]


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("mail to anna@example.org failed", "mail to <address> failed"),
        ("<Anna.B+x@example.org>: unknown", "<<address>>: unknown"),
        ("jürgen@bücher.example, ok", "<address>, ok"),
        ("/x/anna%40example.org/", "<address>"),
        ("GET /desk/search/?q=Beispiel 200", "GET /desk/search/?… 200"),
        ("GET /portal/link/s3cret-_x/ 200", "GET /portal/link/… 200"),
        ("Not Found: /desk/Beispiel/anna/", "Not Found: /desk/…"),
        ("GET /password/reset/Mg/s3cret/ 200", "GET /password/reset/… 200"),
        (
            "duplicate key\nDETAIL:  Key (name)=(Beispiel) already exists.\nmore",
            "duplicate key\nDETAIL: (not logged)\nmore",
        ),
        ("x\n  CONTEXT: COPY t, line 1: Beispiel", "x\nDETAIL: (not logged)"),
        ("ticket 018f0000-0000-7000-8000-000000000001 opened", None),
        ("Task tickets.tasks.send_mail[018f] succeeded in 0.01s", None),
    ],
)
def test_what_is_said_and_what_is_logged(said: str, logged: str | None) -> None:
    assert redacted(said) == (said if logged is None else logged)
    assert not [secret for secret in SECRETS if logged and secret in redacted(said)]


def written(log: Any) -> str:
    """What a logger writes through the formatter of the settings."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(RedactingFormatter())
    logger = logging.getLogger("tests.redaction")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        log(logger)
    finally:
        logger.removeHandler(handler)
    return out.getvalue()


def test_arguments_and_tracebacks_are_redacted() -> None:
    def fails(logger: logging.Logger) -> None:
        try:
            raise ValueError("nobody is anna@example.org")
        except ValueError:
            logger.exception("could not write to %s", "anna@example.org")

    text = written(fails)
    assert "could not write to <address>" in text
    assert "ValueError: nobody is <address>" in text
    assert "test_redaction.py" in text  # where it happened stays
    assert "anna" not in text


@pytest.mark.django_db(databases=["default", "vault"])
def test_a_violated_uniqueness_says_nothing_of_the_row() -> None:
    def fails(logger: logging.Logger) -> None:
        UserFactory(email="anna@example.org", full_name="Anna Beispiel")
        try:
            with transaction.atomic():
                UserFactory(email="anna@example.org")
        except IntegrityError:
            logger.exception("double")

    text = written(fails)
    assert "duplicate key value violates unique constraint" in text
    assert "email_index)=" not in text
    assert not [secret for secret in SECRETS if secret in text.lower()]


def test_every_logger_of_the_settings_is_redacted(settings: Any) -> None:
    used = {name for logger in settings.LOGGING["loggers"].values() for name in logger.get("handlers", [])}
    handlers = settings.LOGGING["handlers"]
    assert used | {*settings.LOGGING["root"]["handlers"]} == {*handlers}
    assert {handler["formatter"] for handler in handlers.values()} == {"plain"}
    assert settings.LOGGING["formatters"]["plain"]["()"] == "helpdesk.logs.RedactingFormatter"


def test_error_reports_have_no_variables(rf: Any) -> None:
    def broken(address: str) -> None:
        raise RuntimeError("broken")

    try:
        broken("anna@example.org")
    except RuntimeError:
        reporter = QuietReporter(rf.get("/"), *sys.exc_info())
    frames = reporter.get_traceback_frames()
    assert len(frames) == 2
    assert [frame["vars"] for frame in frames] == [[], []]


@pytest.mark.django_db(databases=["default", "vault"])
def test_a_failing_page_shows_and_logs_nothing_of_the_form(agent: User, settings: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(agent)
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(RedactingFormatter())
    logging.getLogger().addHandler(handler)
    settings.ROOT_URLCONF = "tests.privacy.failing_urls"
    try:
        answer = client.post("/fails/", {"email": "anna@example.org"})
    finally:
        logging.getLogger().removeHandler(handler)
    assert answer.status_code == 500
    assert "anna" not in answer.content.decode() + out.getvalue()
    assert "RuntimeError: nobody is <address>" in out.getvalue()
