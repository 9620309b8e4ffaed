"""The project as an app (its commands and template tags), and Django's admin as ours."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class HelpdeskConfig(AppConfig):
    name = "helpdesk"


class AdminConfig(DjangoAdminConfig):
    default_site = "helpdesk.admin.HelpdeskAdmin"
