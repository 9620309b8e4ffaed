"""The project as an app (its commands and template tags), and Django's admin as ours."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class HelpdeskConfig(AppConfig):
    name = "helpdesk"

    def ready(self) -> None:
        from helpdesk import controls, health

        controls.connect()
        health.listen()


class AdminConfig(DjangoAdminConfig):
    default_site = "helpdesk.admin.HelpdeskAdmin"
