"""Addresses of the audit, below desk/audit/."""

from django.urls import path

from privacy.views.desk import audit, compliance

app_name = "audit"
urlpatterns = [
    path("", audit.events, name="events"),
    path("export/", audit.export, name="export"),
    path("compliance/", compliance.overview, name="compliance"),
    path("openings/", audit.openings, name="openings"),
    path("records/<str:label>/<uuid:record_id>/", audit.record, name="record"),
]
