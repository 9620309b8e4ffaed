"""What people say: kept for good, counted right, asked for once."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from privacy import access, binning, consent
from privacy.consent import Proof
from privacy.enums import Decision, Standing
from privacy.models import ConsentAnswer, ConsentPurpose, ConsentWording, SaidForGood, User
from privacy.vault import keys
from privacy.vault.errors import SubjectErased
from privacy.vault.fields import is_erased
from tests import factories

pytestmark = pytest.mark.django_db
OTHER = {"en": ("The newsletter", "We may do more.")}


def words(purpose: ConsentPurpose) -> ConsentWording:
    return consent.in_language(consent.newest(purpose))[0]


def say(who: UUID, purpose: ConsentPurpose, yes: bool = True, **more: Any) -> ConsentAnswer | None:
    return consent.answer(who, words(purpose), yes, **{"form": "ticket", "by": None, **more})


def stand(who: UUID) -> Standing:
    [found] = consent.standing(who)
    return found.standing


def test_an_answer_keeps_what_was_shown_when_where_and_by_whom(agent: User) -> None:
    purpose, who = factories.purpose(valid_months=12), uuid4()
    with translation.override("de"):
        said = say(who, purpose, by=agent, evidence="called on Monday, 10:15")
    kept = ConsentAnswer.objects.get()
    assert kept == said
    wording = ConsentWording.objects.get(language="de")
    assert (kept.wording, kept.version, kept.digest) == (wording, 1, wording.digest)
    assert (kept.decision, kept.form, kept.evidence) == ("given", "ticket", "called on Monday, 10:15")
    assert (kept.actor_kind, kept.actor_id) == ("staff", agent.pk)
    assert kept.expires_at is not None
    assert timedelta(days=364) < kept.expires_at - kept.created_at < timedelta(days=367)


def test_nothing_that_was_said_is_changed_by_whatever_means() -> None:
    purpose = factories.purpose()
    kept = say(uuid4(), purpose)
    assert kept is not None
    kept.decision = Decision.REFUSED
    wording = words(purpose)
    wording.text = "something else"
    for act in (
        kept.save,
        kept.delete,
        wording.save,
        lambda: ConsentAnswer.objects.update(decision="refused"),
        lambda: ConsentAnswer.objects.all().delete(),
    ):
        with pytest.raises(SaidForGood):
            act()
    for statement in (
        "UPDATE privacy_consentanswer SET decision = 'refused'",
        "UPDATE privacy_consentwording SET text = 'something else'",
        "DELETE FROM privacy_consentanswer",
    ):
        with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
            connection.cursor().execute(statement)
    assert ConsentAnswer.objects.get().decision == "given"


def test_a_purpose_that_nobody_answered_takes_its_words_into_the_bin_and_back(admin: User) -> None:
    purpose = factories.purpose()
    binning.bin(purpose, by=admin)
    assert consent.due(None, "ticket") == []
    assert not ConsentWording.objects.exists()
    binning.restore(ConsentPurpose.everything.get(), by=admin)
    assert [each.purpose for each in consent.due(None, "ticket")] == [purpose]


def test_the_hash_tells_any_two_wordings_apart() -> None:
    purpose = factories.purpose()
    consent.reword(purpose, OTHER, by=None)
    consent.reword(factories.purpose("survey"), OTHER, by=None)
    digests = [each.digest for each in ConsentWording.objects.all()]
    assert len(digests) == len(set(digests)) == 6


def test_saying_the_same_twice_writes_once() -> None:
    purpose, who = factories.purpose(), uuid4()
    assert say(who, purpose) is not None
    assert say(who, purpose) is None
    assert say(who, purpose, False) is not None
    assert say(who, purpose, False) is None
    assert [each.decision for each in consent.history(who)] == ["withdrawn", "given"]


def test_other_words_are_another_version_and_everybody_is_asked_anew() -> None:
    purpose, who = factories.purpose(), uuid4()
    old = words(purpose)
    say(who, purpose)
    assert consent.due(who, "ticket") == []
    assert consent.reword(purpose, OTHER, by=None) == 2
    assert stand(who) == Standing.OUTDATED
    assert [each.version for each in consent.due(who, "ticket")] == [2]
    assert not consent.may_process(who, "newsletter")
    assert consent.answer(who, old, True, form="ticket", by=None) is None, "these words are out of force"
    say(who, purpose)
    assert consent.may_process(who, "newsletter")
    assert [(each.version, each.wording.text) for each in consent.history(who)] == [
        (2, "We may do more."),
        (1, "We may do newsletter."),
    ]


def test_the_same_words_and_one_language_more_ask_nobody() -> None:
    purpose, who = factories.purpose(words=OTHER), uuid4()
    say(who, purpose)
    both = {**OTHER, "de": ("Rundbrief", "Wir dürfen mehr.")}
    for given_words in (OTHER, both, both):
        assert consent.reword(purpose, given_words, by=None) == 1
    assert stand(who) == Standing.GIVEN
    assert consent.reword(purpose, OTHER, by=None) == 2, "a language less is another version"


@pytest.mark.parametrize(
    "bad", [{}, {"en": ("", "")}, {"en": ("title", "  ")}, {"en": ("a", "b"), "de": ("", "c")}]
)
def test_a_purpose_without_words_is_refused(bad: dict[str, tuple[str, str]]) -> None:
    purpose = factories.purpose()
    with pytest.raises(ValidationError):
        consent.reword(purpose, bad, by=None)
    assert ConsentWording.objects.count() == 2


def test_each_reads_it_in_their_language_or_one_that_there_is() -> None:
    factories.purpose(words={"de": ("Rundbrief", "Wir dürfen.")})
    factories.purpose("survey")
    for language, titles in (("de", ["Rundbrief", "survey ja"]), ("en", ["Rundbrief", "The survey"])):
        with translation.override(language):
            assert [each.title for each in consent.due(None, "ticket")] == titles


def test_it_expires_and_is_asked_for_again() -> None:
    purpose, who = factories.purpose(valid_months=1), uuid4()
    say(who, purpose)
    with time_machine.travel(timezone.now() + timedelta(days=32)):
        assert not consent.may_process(who, "newsletter")
        assert len(consent.due(who, "ticket")) == 1
        say(who, purpose)
        assert consent.may_process(who, "newsletter")


def test_only_what_is_placed_on_a_form_is_asked_there() -> None:
    factories.purpose(placed_on=["reply"])
    factories.purpose("survey", placed_on=["ticket"], is_active=False)
    assert consent.due(None, "ticket") == []
    assert [each.purpose.key for each in consent.due(uuid4(), "reply")] == ["newsletter"]


def test_out_of_use_nothing_is_done_and_it_can_still_be_withdrawn() -> None:
    purpose, who = factories.purpose(), uuid4()
    say(who, purpose)
    purpose.is_active = False
    purpose.save()
    assert not consent.may_process(who, "newsletter")
    assert say(who, purpose) is None
    assert consent.withdraw(who, purpose, form="portal", by=None) is not None
    assert consent.withdraw(who, purpose, form="portal", by=None) is None


def test_withdrawing_works_whatever_words_it_was_given_to() -> None:
    purpose, who = factories.purpose(), uuid4()
    say(who, purpose)
    consent.reword(purpose, OTHER, by=None)
    taken_back = consent.withdraw(who, purpose, form="portal", by=None)
    assert taken_back is not None
    assert (taken_back.version, taken_back.decision) == (1, "withdrawn")


def test_a_confirmation_counts_once_and_for_what_still_waits() -> None:
    purpose, who = factories.purpose(needs_confirmation=True), uuid4()
    assert consent.confirm(who, purpose, by=None) is None
    say(who, purpose)
    assert (stand(who), consent.may_process(who, "newsletter")) == (Standing.PENDING, False)
    say(who, purpose, False)
    assert consent.confirm(who, purpose, by=None) is None, "taken back before it was confirmed"
    say(who, purpose)
    assert consent.confirm(who, purpose, by=None) is not None
    assert consent.confirm(who, purpose, by=None) is None
    assert consent.may_process(who, "newsletter")


def test_a_confirmation_of_earlier_words_counts_for_nothing() -> None:
    purpose, who = factories.purpose(needs_confirmation=True), uuid4()
    say(who, purpose)
    consent.reword(purpose, OTHER, by=None)
    assert consent.confirm(who, purpose, by=None) is None


def test_a_stranger_with_an_address_takes_nothing_back_and_gives_nothing_anew() -> None:
    purpose, who = factories.purpose(), uuid4()
    say(who, purpose)
    assert say(who, purpose, False, proof=Proof.NONE) is None
    say(who, purpose, False)
    said = say(who, purpose, proof=Proof.NONE)
    assert said is not None
    assert said.decision == Decision.PENDING
    assert not consent.may_process(who, "newsletter")


def test_staff_need_the_right_and_evidence(agent: User) -> None:
    purpose = factories.purpose()
    with pytest.raises(ValidationError, match="evidence"):
        say(uuid4(), purpose, by=agent, evidence=" ")
    nobody = factories.UserFactory(profile=factories.ProfileFactory())
    with pytest.raises(access.Denied):
        say(uuid4(), purpose, by=nobody, evidence="called")
    with pytest.raises(access.Denied):
        consent.withdraw(uuid4(), purpose, form="desk", by=nobody, evidence="called")
    with pytest.raises(access.Denied):
        consent.reword(purpose, OTHER, by=agent)


def test_after_an_erasure_only_uuid_purpose_version_and_time_are_left(agent: User) -> None:
    purpose, who = factories.purpose(), uuid4()
    say(who, purpose, by=agent, evidence="called from her mother's phone")
    keys.destroy(who)
    kept = ConsentAnswer.objects.get(subject_id=who)
    assert is_erased(kept.evidence)
    assert (kept.purpose, kept.version, kept.decision) == (purpose, 1, "given")
    assert not consent.may_process(who, "newsletter")
    assert list(consent.consented("newsletter")) == []
    with pytest.raises(SubjectErased):
        say(who, purpose, False)


def test_who_withdraws_while_a_list_is_read_is_not_in_it() -> None:
    purpose = factories.purpose()
    people = sorted(uuid4() for _ in range(3))
    for each in people:
        say(each, purpose)
    listed = consent.consented("newsletter")
    assert next(listed) == people[0]
    say(people[1], purpose, False)
    assert list(listed) == [people[2]]


def test_counts_say_how_many_people_stand_where() -> None:
    purpose, other = factories.purpose(valid_months=12), factories.purpose("survey")
    for yes in (True, True, False):
        say(uuid4(), purpose, yes)
    back = uuid4()
    say(back, purpose)
    say(back, purpose, False)
    tallies = {each.purpose: each for each in consent.counts()}
    assert tallies[purpose].people == {Standing.GIVEN: 2, Standing.REFUSED: 1, Standing.WITHDRAWN: 1}
    assert (tallies[other].people, tallies[other].version) == ({}, 1)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert consent.counts()[0].people[Standing.EXPIRED] == 2
    consent.reword(purpose, OTHER, by=None)
    assert consent.counts()[0].people == {Standing.OUTDATED: 4}
