"""Addresses of the register of processing, below desk/register/."""

from django.urls import path

from privacy.views.desk import register

app_name = "register"
urlpatterns = [
    path("", register.whole, name="whole"),
    path("file/", register.file, name="file"),
    path("controller/", register.controller, name="controller"),
    path("places/", register.places, name="places"),
]
