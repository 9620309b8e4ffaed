"""All addresses."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path, reverse_lazy

from helpdesk.views import account, company, frame, health, invitation, metrics, second_factor, sign_in

RESET = "helpdesk/password_reset"

urlpatterns = [
    path("", frame.root, name="root"),
    path("desk/audit/", include("privacy.urls.audit")),
    path("desk/exports/", include("privacy.urls.exports")),
    path("desk/breaches/", include("privacy.urls.breaches")),
    path("desk/register/", include("privacy.urls.register")),
    path("desk/", include("tickets.urls.desk")),
    path("portal/", include("tickets.urls.portal")),
    path("admin/login/", sign_in.AdminSignIn.as_view()),
    path("admin/", admin.site.urls),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("invitation/<str:secret>/", invitation.invitation, name="invitation"),
    path("sign-in/company/", company.Leave.as_view(), name="company"),
    path("sign-in/company/return/", company.Return.as_view(), name="company_return"),
    path("sign-in/passkey/", sign_in.passkey, name="passkey"),
    path("sign-in/passkey/options/", sign_in.passkey_options, name="passkey_options"),
    path("sign-in/second-factor/", second_factor.second_factor, name="second_factor"),
    path("sign-in/set-up/", second_factor.set_up, name="set_up_factor"),
    path("sign-in/set-up/options/", second_factor.set_up_options, name="set_up_options"),
    path("desk/account/", account.account, name="account"),
    path("desk/account/app/", account.authenticator, name="authenticator"),
    path("desk/account/app/removal/", account.authenticator_removal, name="authenticator_removal"),
    path("desk/account/passkeys/new/", account.new_passkey, name="new_passkey"),
    path("desk/account/passkeys/new/options/", account.new_passkey_options, name="new_passkey_options"),
    path("desk/account/passkeys/<uuid:key_id>/removal/", account.passkey_removal, name="passkey_removal"),
    path("desk/account/recovery-codes/", account.recovery_codes, name="recovery_codes"),
    path("desk/account/sessions/removal/", account.other_visits_removal, name="other_visits_removal"),
    path("desk/account/sessions/<uuid:visit_id>/removal/", account.visit_removal, name="visit_removal"),
    path("desk/confirmation/", sign_in.confirmation, name="confirmation"),
    path("sign-out/", auth.LogoutView.as_view(), name="sign_out"),
    path(
        "password/forgotten/",
        sign_in.by_password(
            auth.PasswordResetView.as_view(
                template_name=f"{RESET}.html",
                email_template_name="emails/password_reset.txt",
                subject_template_name="emails/password_reset_subject.txt",
            )
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
        sign_in.by_password(
            auth.PasswordResetConfirmView.as_view(
                template_name=f"{RESET}_new.html", success_url=reverse_lazy("password_reset_complete")
            )
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
            template_name="helpdesk/password_change.html", success_url=reverse_lazy("account")
        ),
        name="password_change",
    ),
    path("language/", frame.language, name="language"),
    path("theme/", frame.theme, name="theme"),
    path("health/", health.everything, name="health"),
    path("health/web/", health.web, name="health_web"),
    path("metrics", metrics.metrics, name="metrics"),
]
