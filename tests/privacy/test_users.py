"""Staff accounts with Django's own authentication, though the address lies sealed."""

import io
import re
from typing import Any

import pytest
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from helpdesk import lockout
from privacy.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NEW_PASSWORD = "an entirely different battery"


@pytest.fixture
def attempt(rf: Any) -> Any:
    """Try a name and password, as the sign-in form does."""
    return lambda name, password: authenticate(
        rf.post("/", {"username": name}), username=name, password=password
    )


def test_an_address_signs_in_however_it_is_written(agent: User, attempt: Any) -> None:
    for name in (agent.email, agent.email.upper(), f" {agent.email}"):
        assert attempt(name, PASSWORD) == agent
    assert attempt(agent.email, "wrong") is None
    assert attempt("nobody@helpdesk.example", PASSWORD) is None
    assert attempt("no address at all", PASSWORD) is None


def test_inactive_staff_do_not_sign_in(agent: User, attempt: Any) -> None:
    agent.is_active = False
    agent.save()
    assert attempt(agent.email, PASSWORD) is None


def test_the_password_is_hashed_and_checked(db: None) -> None:
    user = User.objects.create_user("nina@helpdesk.example", PASSWORD, full_name="Nina Neu")
    assert PASSWORD not in user.password
    assert user.check_password(PASSWORD)
    assert not user.check_password("")
    assert not user.is_superuser
    assert not User.objects.create_user("no@helpdesk.example", None, full_name="No").has_usable_password()


def test_names(db: None) -> None:
    user = User(full_name="Anna Maria Beispiel")
    assert (user.get_full_name(), user.get_short_name(), user.initials) == (
        "Anna Maria Beispiel",
        "Anna",
        "AB",
    )
    assert (User().get_short_name(), User().initials) == ("", "?")


# -- from the command line


def create_superuser(email: str) -> None:
    call_command("createsuperuser", interactive=False, email=email, full_name="Ada", stdout=io.StringIO())


def test_createsuperuser(db: None, monkeypatch: pytest.MonkeyPatch, attempt: Any) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    create_superuser("ada@helpdesk.example")
    user = attempt("ada@helpdesk.example", PASSWORD)
    assert (user.is_superuser, user.full_name) == (True, "Ada")
    with pytest.raises(CommandError, match="already taken"):
        create_superuser("ADA@helpdesk.example")
    with pytest.raises(CommandError):
        create_superuser("not an address")


def test_changepassword_finds_the_account(agent: User, monkeypatch: pytest.MonkeyPatch, attempt: Any) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt="": NEW_PASSWORD)
    call_command("changepassword", agent.email.upper(), stdout=io.StringIO())
    assert attempt(agent.email, NEW_PASSWORD) == agent


# -- forms


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("email", "full_name")


def test_a_form_finds_a_double_address_before_the_database_does(agent: User) -> None:
    form = UserForm({"email": agent.email.title(), "full_name": "Double"})
    assert form.errors == {"email": ["Somebody has an account with this address already."]}


def test_a_form_changes_a_user(agent: User, colleague: User) -> None:
    form = UserForm({"email": agent.email, "full_name": "Alma Neu"}, instance=agent)
    assert form.initial["email"] == agent.email
    assert form.is_valid(), form.errors
    assert form.changed_data == ["full_name"]
    form.save()
    assert User.objects.get(email=agent.email).full_name == "Alma Neu"
    form = UserForm({"email": colleague.email, "full_name": "x"}, instance=agent)
    assert list(form.errors) == ["email"]


@pytest.mark.parametrize("email", ["", "not an address", "a@b@c", "x" * 255 + "@a.example", "a@b"])
def test_a_form_refuses_what_is_no_address(db: None, email: str) -> None:
    assert list(UserForm({"email": email, "full_name": "x"}).errors) == ["email"]


def test_the_fields_know_their_widgets_and_limits(db: None) -> None:
    fields = UserForm().fields
    assert isinstance(fields["email"], forms.EmailField)
    assert (fields["full_name"].max_length, fields["full_name"].required) == (150, True)  # type: ignore[attr-defined]
    with pytest.raises(ValidationError):
        User(email="a@b.example", full_name="x" * 151, password="x").full_clean()


def test_the_database_has_the_last_word(agent: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email=agent.email.upper())


def test_the_address_of_somebody_in_the_bin_is_taken_and_the_form_says_so(agent: User) -> None:
    """They may be restored; their address stays theirs until they are purged."""
    agent.bin(by=None)
    form = UserForm({"email": agent.email, "full_name": "Next"})
    assert form.errors == {"email": ["This lies in the recycle bin. Restore it from there."]}


# -- in the browser


def sign_in(client: Client, email: str, password: str, where: str = "/sign-in/") -> Any:
    return client.post(where, {"username": email, "password": password})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_sign_in_page_signs_in_and_out(agent: User, client: Client) -> None:
    assert sign_in(client, agent.email.upper(), PASSWORD).status_code == 302
    assert client.session["_auth_user_id"] == str(agent.pk)
    client.post("/sign-out/")
    assert not is_signed_in(client)


def test_a_session_holds_ids_only(agent: User, client: Client) -> None:
    sign_in(client, agent.email, PASSWORD)
    text = str(dict(client.session))
    assert agent.email not in text
    assert "Alma" not in text


def test_admins_get_into_the_administration_and_agents_do_not(
    admin: User, agent: User, client: Client
) -> None:
    assert client.get("/admin/").status_code == 302
    sign_in(client, admin.email, PASSWORD, "/admin/login/")
    assert client.get("/admin/").status_code == 200
    client.post("/sign-out/")
    sign_in(client, agent.email, PASSWORD)
    assert client.get("/admin/").status_code in (302, 403)


def test_wrong_and_unknown_look_alike(agent: User, client: Client) -> None:
    answers = [sign_in(client, agent.email, "wrong"), sign_in(client, "nobody@helpdesk.example", "wrong")]
    assert [answer.status_code for answer in answers] == [200, 200]
    known, unknown = [list(answer.context["form"].non_field_errors()) for answer in answers]
    assert known == unknown
    assert len(known) == 1


def test_after_so_many_failures_the_account_is_locked_from_this_network(
    agent: User, client: Client, settings: Any
) -> None:
    failures = [sign_in(client, agent.email, "wrong").status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert failures[:-1] == [200] * (settings.AXES_FAILURE_LIMIT - 1)
    assert failures[-1] == 429
    assert sign_in(client, agent.email.upper(), PASSWORD).status_code == 429, (
        "the right password comes too late"
    )
    assert not is_signed_in(client)
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert sign_in(elsewhere, agent.email, PASSWORD).status_code == 302


def test_others_are_not_locked_out_with_them(
    agent: User, colleague: User, client: Client, settings: Any
) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, agent.email, "wrong")
    assert sign_in(client, colleague.email, PASSWORD).status_code == 302


def test_an_unknown_account_is_locked_just_the_same(client: Client, settings: Any, db: None) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, "nobody@helpdesk.example", "wrong")
    assert answer.status_code == 429


def test_what_is_counted_are_keyed_hashes(rf: Any, settings: Any) -> None:
    """A plain hash of an address could be guessed: addresses are few."""

    def counted(name: str) -> str:
        return lockout.account(rf.post("/", {"username": name}))

    first = counted("Anna@example.org")
    assert first == counted(" anna@EXAMPLE.org ") != counted("ben@example.org")
    network = lockout.network(rf.get("/", REMOTE_ADDR="192.0.2.7"))
    assert network == lockout.network(rf.get("/", REMOTE_ADDR="192.0.2.8"))
    assert "192.0.2" not in network
    settings.PRIVACY_INDEX_KEY = "07" * 32
    assert counted("Anna@example.org") != first
    assert lockout.network(rf.get("/", REMOTE_ADDR="192.0.2.7")) != network


def test_success_forgives(agent: User, client: Client, settings: Any) -> None:
    for _ in range(3):
        for _ in range(settings.AXES_FAILURE_LIMIT - 1):
            sign_in(client, agent.email, "wrong")
        assert sign_in(client, agent.email, PASSWORD).status_code == 302
        client.post("/sign-out/")


def test_a_forgotten_password_is_replaced_by_mail(agent: User, client: Client, attempt: Any) -> None:
    assert client.post("/password/forgotten/", {"email": agent.email.upper()}).status_code == 302
    (sent,) = mail.outbox
    assert sent.to == [agent.email]
    found = re.search(r"https?://[^/]+(/password/reset/\S+)", sent.body)
    assert found
    page = client.get(found[1], follow=True)
    assert page.status_code == 200
    where = page.redirect_chain[-1][0]
    done = client.post(where, {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD})
    assert done.status_code == 302
    assert attempt(agent.email, NEW_PASSWORD) == agent
    again = client.get(found[1], follow=True)
    assert not again.context["validlink"], "a link works once"


def test_nobody_learns_whether_an_address_has_an_account(agent: User, client: Client) -> None:
    answers = [
        client.post("/password/forgotten/", {"email": email}) for email in (agent.email, "no@body.example")
    ]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert len(mail.outbox) == 1


def test_a_weak_password_is_refused(agent: User) -> None:
    for weak in ("too short", "alma.agent@helpdesk", "Alma Agent 12", "qwertyuiop123"):
        with pytest.raises(ValidationError):
            validate_password(weak, agent)
    validate_password(NEW_PASSWORD, agent)
