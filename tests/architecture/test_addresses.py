"""Every address says whom it is for, and the code behind it goes through the one gate."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.source import modules, tree

#: Django's own views at the front door: they show no record of anyone.
DJANGOS_OWN = {
    auth.LogoutView,
    auth.PasswordResetView,
    auth.PasswordResetDoneView,
    auth.PasswordResetConfirmView,
    auth.PasswordResetCompleteView,
    auth.PasswordChangeView,
}


def addresses(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every address with its view, without the administration's (it asks for staff itself)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if path == "admin/":
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


ALL = dict(addresses())
EXAMPLES = {
    "int": "1",
    "slug": "open",
    "str": "x",
    "uuid": "018f0000-0000-7000-8000-000000000001",
}


def audience(view: Any) -> str:
    made_of = getattr(view, "view_class", None)
    if made_of in DJANGOS_OWN:
        return "Django's own"
    return str(getattr(view, "audience", None) or getattr(made_of, "audience", ""))


def test_the_addresses_are_really_walked() -> None:
    assert {"", "sign-in/", "desk/", "portal/", "desk/tickets/<int:number>/", "health/"} <= set(ALL)
    assert len(ALL) > 40


@pytest.mark.parametrize("path", ALL)
def test_every_view_says_whom_it_is_for(path: str) -> None:
    found = audience(ALL[path])
    assert found in {"desk", "portal", "public", "Django's own"}, ALL[path]
    if path.startswith("desk/"):
        assert found == "desk"
    elif path.startswith("portal/"):
        assert found in {"portal", "public"}
    else:
        assert found in {"public", "Django's own"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", [path for path, view in ALL.items() if audience(view) in ("desk", "portal")])
def test_nobody_gets_in_without_signing_in(path: str, client: Any) -> None:
    """Whatever the method: strangers are sent to sign in, or told that the method is wrong."""
    address = "/" + re.sub(r"<(\w+):\w+>", lambda found: EXAMPLES[found[1]], path)
    assert "<" not in address
    for method in ("get", "post"):
        answer = getattr(client, method)(address)
        assert answer.status_code in (302, 405), (method, address, answer.status_code)
        if answer.status_code == 302:
            assert "/sign-in/" in answer["Location"]


VIEWS = [name for name in modules() if "/views" in name]
FETCHES = {"get", "first", "last", "latest", "earliest"}


@pytest.mark.parametrize("name", VIEWS)
def test_no_view_fetches_a_record_past_the_gate(name: str) -> None:
    past = [
        ast.unparse(node)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in FETCHES
        and (".objects." in ast.unparse(node.func) or ".everything." in ast.unparse(node.func))
        and "visible" not in ast.unparse(node.func)
    ]
    assert past == []
    text = modules()[name].read_text()
    assert "get_object_or_404" not in text
