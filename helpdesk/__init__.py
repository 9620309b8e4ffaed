"""The project: settings, addresses, background jobs, sign-in and the frame around all pages."""

from helpdesk.celery import app as celery_app

__all__ = ["celery_app"]
