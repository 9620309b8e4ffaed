"""Signing in through the company: against a real OpenID provider on this machine, over real HTTP."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from django.core.exceptions import SuspiciousOperation
from django.test import Client
from oidc_provider_mock import User as Identity
from oidc_provider_mock import run_server_in_thread

from helpdesk.single_sign_on import CompanySignIn
from privacy.models import CompanyIdentity, User, Visit
from tests.authenticator import code_of, with_app
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

KNOWN = {"email": "Alma.Agent@helpdesk.example", "email_verified": True}
PEOPLE = {
    "alma": KNOWN,
    "impostor": KNOWN,
    "unproven": {**KNOWN, "email_verified": False},
    "outsider": {"email": "nobody@helpdesk.example", "email_verified": True},
    "nameless": {},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    people = [Identity(sub=sub, claims=dict(claims)) for sub, claims in PEOPLE.items()]
    with run_server_in_thread(user_claims=people, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def company(provider: str, settings: Any) -> Callable[..., Any]:
    """``company(client, "alma")`` goes there as Alma and comes back; returns our answer."""
    known = requests.get(f"{provider}/.well-known/openid-configuration", timeout=10).json()
    settings.SSO_ISSUER = known["issuer"]
    settings.OIDC_VERIFY_KID = False  # this provider has one key, and doesn't name it
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = "helpdesk", "secret"
    settings.OIDC_OP_AUTHORIZATION_ENDPOINT = known["authorization_endpoint"]
    settings.OIDC_OP_TOKEN_ENDPOINT = known["token_endpoint"]
    settings.OIDC_OP_USER_ENDPOINT = known["userinfo_endpoint"]
    settings.OIDC_OP_JWKS_ENDPOINT = known["jwks_uri"]
    settings.AUTHENTICATION_BACKENDS = [
        *settings.AUTHENTICATION_BACKENDS,
        "helpdesk.single_sign_on.CompanySignIn",
    ]

    def go(client: Client, who: str, then: str = "/desk/search/", **changed: str) -> Any:
        there = client.get("/sign-in/company/", {"next": then})["Location"]
        back = requests.post(there, data={"sub": who}, allow_redirects=False, timeout=10).headers["Location"]
        asked = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        return client.get(urlsplit(back).path, asked | changed)

    return go


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_there_and_back(agent: User, client: Client, company: Any) -> None:
    assert "Sign in through your company" in client.get("/sign-in/").content.decode()
    assert company(client, "alma")["Location"] == "/desk/search/"
    assert client.session["_auth_user_id"] == str(agent.pk)
    assert Visit.objects.get().way == "company"
    assert "alma" not in str(dict(client.session)).casefold()


def test_pkce_and_nonce_are_asked_for(client: Client, company: Any, db: None) -> None:
    asked = parse_qs(urlsplit(client.get("/sign-in/company/")["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"]
    assert asked["scope"] == ["openid email"]


@pytest.mark.parametrize("who", ["unproven", "outsider", "nameless"])
def test_who_has_no_account_or_no_proven_address_stays_out(
    agent: User, client: Client, company: Any, who: str
) -> None:
    assert company(client, who)["Location"] == "/sign-in/"
    assert not is_in(client)
    assert User.objects.count() == 1


def test_an_address_that_was_given_to_somebody_else_opens_nothing(
    agent: User, client: Client, company: Any
) -> None:
    company(Client(), "alma")
    company(client, "impostor")
    assert not is_in(client)
    assert CompanyIdentity.objects.count() == 1


def test_the_identity_stays_when_the_address_changes(agent: User, client: Client, company: Any) -> None:
    company(Client(), "alma")
    agent.email = "alma.married@helpdesk.example"
    agent.save()
    company(client, "alma")
    assert is_in(client)


def test_who_left_stays_out(agent: User, client: Client, company: Any) -> None:
    company(Client(), "alma")
    agent.is_active = False
    agent.save()
    company(client, "alma")
    assert not is_in(client)


@pytest.mark.parametrize("changed", [{"state": "x"}, {"code": "x"}])
def test_what_was_tampered_with_is_refused(
    agent: User, client: Client, company: Any, changed: dict[str, str]
) -> None:
    assert company(client, "alma", **changed)["Location"] == "/sign-in/"
    assert not is_in(client)


def test_another_browsers_answer_is_refused(agent: User, client: Client, company: Any) -> None:
    """Otherwise one could be signed in to somebody else's account by a link."""
    there = Client().get("/sign-in/company/")["Location"]
    back = requests.post(there, data={"sub": "alma"}, allow_redirects=False, timeout=10).headers["Location"]
    assert client.get(back)["Location"] == "/sign-in/"
    assert not is_in(client)


@pytest.mark.parametrize(
    "wrong",
    [{"iss": "https://evil.example"}, {"aud": "another"}, {"aud": ["helpdesk", "another"]}, {"aud": None}],
)
def test_a_token_for_others_is_refused(company: Any, settings: Any, wrong: dict[str, Any]) -> None:
    settings.OIDC_RP_SIGN_ALGO, settings.OIDC_RP_CLIENT_SECRET = "HS256", "s" * 32
    claims = {"iss": settings.SSO_ISSUER, "aud": "helpdesk", "sub": "alma", "nonce": "n"}
    backend = CompanySignIn()
    assert backend.verify_token(jwt.encode(claims, "s" * 32, "HS256"), nonce="n")["sub"] == "alma"
    with pytest.raises(SuspiciousOperation):
        backend.verify_token(jwt.encode(claims | wrong, "s" * 32, "HS256"), nonce="n")
    with pytest.raises(SuspiciousOperation):
        backend.verify_token(jwt.encode(claims, "s" * 32, "HS256"), nonce="another")


@pytest.mark.parametrize("trusted", [False, True])
def test_the_second_factor_is_asked_for_unless_the_company_did(
    agent: User, client: Client, company: Any, settings: Any, trusted: bool
) -> None:
    settings.SSO_IS_SECOND_FACTOR = trusted
    device = with_app(agent)
    agent.profile.needs_second_factor = True
    agent.profile.save()
    answer = company(client, "alma")
    assert is_in(client) is trusted
    if not trusted:
        assert answer["Location"] == "/sign-in/second-factor/?next=%2Fdesk%2Fsearch%2F"
        client.post(answer["Location"], {"code": code_of(device)})
    assert client.get("/desk/").status_code == 200


def test_where_it_is_the_only_way_passwords_open_nothing(
    agent: User, client: Client, company: Any, settings: Any
) -> None:
    settings.SSO_ONLY = True
    assert 'name="password"' not in client.get("/sign-in/").content.decode()
    for path in ("/sign-in/", "/admin/login/"):
        client.post(path, {"username": agent.email, "password": PASSWORD})
        assert not is_in(client)
    for path in ("/password/forgotten/", "/password/reset/x/y/", "/sign-in/passkey/"):
        assert client.post(path, {"email": agent.email})["Location"] == "/sign-in/"
    company(client, "alma")
    assert is_in(client)


def test_without_it_there_is_no_such_door(client: Client, db: None) -> None:
    assert [client.get(f"/sign-in/company/{end}").status_code for end in ("", "return/")] == [404, 404]
