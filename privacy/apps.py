"""The privacy kernel: knows people as data subjects, and nothing of contacts or tickets."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        from simple_history.signals import pre_create_historical_record

        from privacy import checks
        from privacy.models.history import stamp

        pre_create_historical_record.connect(stamp, dispatch_uid="privacy.history.stamp")
        assert checks.check_declarations
