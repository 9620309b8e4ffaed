"""Recovery codes: ten, each once, only hashes kept."""

from privacy.factors import recovery
from privacy.models import RecoveryCode, User


def test_each_works_once_however_it_is_typed(agent: User) -> None:
    codes = recovery.renew(agent)
    assert len(set(codes)) == 10
    assert all(len(code) == 11 and code[5] == "-" for code in codes)
    assert recovery.redeem(agent, f" {codes[0].upper().replace('-', ' ')} ")
    assert not recovery.redeem(agent, codes[0])
    assert recovery.redeem(agent, codes[1])


def test_they_open_one_account_only(agent: User, colleague: User) -> None:
    codes = recovery.renew(agent)
    recovery.renew(colleague)
    assert not recovery.redeem(colleague, codes[0])
    assert not recovery.redeem(agent, "")


def test_new_ones_end_the_old_ones(agent: User) -> None:
    old = recovery.renew(agent)
    new = recovery.renew(agent)
    assert not recovery.redeem(agent, old[0])
    assert recovery.redeem(agent, new[0])


def test_only_keyed_hashes_are_kept(agent: User, settings: object) -> None:
    codes = recovery.renew(agent)
    stored = b"".join(bytes(each.digest) for each in RecoveryCode.objects.filter(user=agent))
    assert not any(code.encode() in stored or code.replace("-", "").encode() in stored for code in codes)
    settings.PRIVACY_INDEX_KEY = "07" * 32  # type: ignore[attr-defined]
    assert not recovery.redeem(agent, codes[0]), "without the key a stolen table can't be searched"
