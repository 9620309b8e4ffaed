"""The web server's entry. Keys and ledger are checked before the first request."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
application = get_wsgi_application()

from privacy import startup  # noqa: E402  (needs the app registry)

startup.check()
