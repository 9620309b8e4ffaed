"""Addresses of exports, below desk/exports/."""

from django.urls import path

from privacy.views.desk import exports

app_name = "exports"
urlpatterns = [
    path("", exports.exports, name="exports"),
    path("<uuid:job_id>/", exports.state, name="state"),
    path("<uuid:job_id>/fetching/", exports.fetching, name="fetching"),
]
