"""What is done around every page."""

from django.test import Client


def test_a_page_says_what_it_depends_on(db: None, client: Client) -> None:
    answer = client.get("/portal/ask/", headers={"Accept-Language": "de"})
    assert answer["Content-Language"] == "de"
    assert {each.strip() for each in answer["Vary"].split(",")} == {"Accept-Language", "Cookie"}
