"""All addresses."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path, reverse_lazy

from helpdesk.views import frame, sign_in

RESET = "helpdesk/password_reset"

urlpatterns = [
    path("", frame.root, name="root"),
    path("desk/", include("tickets.urls.desk")),
    path("portal/", include("tickets.urls.portal")),
    path("admin/login/", sign_in.AdminSignIn.as_view()),
    path("admin/", admin.site.urls),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("desk/confirmation/", sign_in.confirmation, name="confirmation"),
    path("sign-out/", auth.LogoutView.as_view(), name="sign_out"),
    path(
        "password/forgotten/",
        auth.PasswordResetView.as_view(
            template_name=f"{RESET}.html",
            email_template_name="emails/password_reset.txt",
            subject_template_name="emails/password_reset_subject.txt",
        ),
        name="password_reset",
    ),
    path(
        "password/forgotten/sent/",
        auth.PasswordResetDoneView.as_view(template_name=f"{RESET}_sent.html"),
        name="password_reset_done",
    ),
    path(
        "password/reset/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(
            template_name=f"{RESET}_new.html", success_url=reverse_lazy("password_reset_complete")
        ),
        name="password_reset_confirm",
    ),
    path(
        "password/reset/done/",
        auth.PasswordResetCompleteView.as_view(template_name=f"{RESET}_done.html"),
        name="password_reset_complete",
    ),
    path(
        "password/",
        auth.PasswordChangeView.as_view(
            template_name="helpdesk/password_change.html", success_url=reverse_lazy("desk:home")
        ),
        name="password_change",
    ),
    path("language/", frame.language, name="language"),
    path("theme/", frame.theme, name="theme"),
    path("health/", frame.health, name="health"),
]
