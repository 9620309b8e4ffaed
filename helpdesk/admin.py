"""The administration's front: Django's own admin under our name."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class HelpdeskAdmin(AdminSite):
    site_header = _("Administration")
    site_title = _("Administration")
    index_title = _("What would you like to set up?")
    site_url = "/desk/"
    login_template = "helpdesk/sign_in.html"
