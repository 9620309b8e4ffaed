"""Addresses of the kernel's own pages: the audit (desk/audit/) and the register of processing (desk/register/)."""

from django.urls import path

from privacy.views.desk import audit, register

app_name = "audit"
urlpatterns = [
    path("", audit.events, name="events"),
    path("export/", audit.export, name="export"),
    path("openings/", audit.openings, name="openings"),
    path("records/<str:label>/<uuid:record_id>/", audit.record, name="record"),
]
register_pages = (
    [
        path("", register.whole, name="whole"),
        path("file/", register.file, name="file"),
        path("controller/", register.controller, name="controller"),
        path("places/", register.places, name="places"),
    ],
    "register",
)
