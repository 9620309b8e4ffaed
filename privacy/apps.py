"""The privacy kernel: knows people as data subjects, and nothing of contacts or tickets."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from simple_history.signals import pre_create_historical_record

        from privacy import binning, checks, credentials, holds, profiles, retention, roles
        from privacy.audit import listening
        from privacy.erasure import ledger
        from privacy.export import jobs
        from privacy.models import User
        from privacy.models.history import stamp
        from privacy.requests import carrying_out
        from privacy.web import standing

        pre_create_historical_record.connect(stamp, dispatch_uid="privacy.history.stamp")
        listening.listen()
        credentials.listen()

        def begin(request: Any, user: Any, **_: Any) -> None:
            if request is not None:
                standing.begin(request, user)

        user_logged_in.connect(begin, weak=False, dispatch_uid="privacy.standing")

        def ensure_defaults(using: str, **_: Any) -> None:
            """Roles and profiles that every installation has; also after tests emptied the tables."""
            if using == "default" and User._meta.db_table in connections[using].introspection.table_names():
                roles.ensure_defaults()
                profiles.ensure_defaults()

        post_migrate.connect(ensure_defaults, sender=self, weak=False, dispatch_uid="privacy.defaults")
        assert checks.check_declarations
        carrying_out.connect()
        jobs.connect()
        retention.keepers.append(retention.Keeper(holds.keeps, holds.is_keeping))
        binning.objections.append(ledger.objection)
