"""There is always a department that takes what nobody else does."""

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from tests.threads import together
from tickets.models import Department

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def test_the_default_takes_it_else_the_first(agent: object) -> None:
    second = factories.DepartmentFactory(name="B", position=2)
    first = factories.DepartmentFactory(name="Z", position=1)
    assert Department.default() == first
    second.is_default = True
    second.save()
    assert Department.default() == second
    second.bin(by=None)
    assert Department.default() == first


def test_an_empty_installation_gets_one() -> None:
    made = Department.default()
    assert (made.name, made.slug, made.is_default) == ("Support", "support", True)
    assert Department.default() == made
    assert Department.objects.count() == 1


def test_one_that_lies_in_the_bin_comes_back_rather_than_losing_a_mail() -> None:
    made = Department.default()
    made.bin(by=None)
    assert Department.default() == made
    assert Department.everything.count() == 1


def test_there_is_one_default_among_the_living() -> None:
    first = factories.DepartmentFactory(is_default=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.DepartmentFactory(is_default=True)
    first.bin(by=None)
    second = factories.DepartmentFactory(is_default=True)
    assert Department.default() == second


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_first_mails_at_once_make_one() -> None:
    made = together(*[Department.default] * 4)
    assert [type(each) for each in made] == [Department] * 4
    assert Department.objects.count() == 1
