"""The vault: keys, ciphertext and blind indexes, in a database of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VaultConfig(AppConfig):
    name = "privacy.vault"
    label = "vault"
    verbose_name = _("Vault")

    def ready(self) -> None:
        from privacy.vault import keys, startup

        startup.check_settings()
        keys.forget_between_requests()
