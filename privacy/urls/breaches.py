"""Addresses of the breach record, below desk/breaches/."""

from django.urls import path

from privacy.views.desk import breaches

app_name = "breaches"
urlpatterns = [
    path("", breaches.breaches, name="breaches"),
    path("new/", breaches.new_breach, name="new"),
    path("<uuid:breach_id>/", breaches.one, name="breach"),
    path("<uuid:breach_id>/change/", breaches.change, name="change"),
    path("<uuid:breach_id>/notices/<slug:notice>/", breaches.notice, name="notice"),
    path("<uuid:breach_id>/authority/", breaches.authority, name="authority"),
    path("<uuid:breach_id>/persons/", breaches.persons, name="persons"),
    path("<uuid:breach_id>/closure/", breaches.closure, name="closure"),
]
