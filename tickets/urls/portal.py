"""Addresses of the portal."""

from django.urls import path

from tickets.views.portal import (
    asking,
    consents,
    home,
    links,
    own_data,
    package,
    passkeys,
    privacy,
    receipts,
    signing_in,
    ticket,
    welcome,
)

app_name = "portal"
TICKET = "tickets/<int:number>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("ask/", asking.ask, name="ask"),
    path("ask/sent/", asking.asked, name="asked"),
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-in/code/", signing_in.sign_in_code, name="sign_in_code"),
    path("sign-in/again/", signing_in.sign_in_again, name="sign_in_again"),
    path("sign-in/passkey/", passkeys.sign_in, name="passkey_sign_in"),
    path("sign-in/passkey/options/", passkeys.sign_in_options, name="passkey_sign_in_options"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("sign-out/", home.sign_out, name="sign_out"),
    path("link/<str:secret>/", links.link, name="link"),
    path("receipts/<str:secret>/", receipts.receipt, name="receipt"),
    path("tickets/", home.tickets, name="tickets"),
    path(TICKET, ticket.ticket, name="ticket"),
    path(f"{TICKET}replies/", ticket.replies, name="replies"),
    path(f"{TICKET}details/", ticket.details, name="details"),
    path(f"{TICKET}closure/", ticket.closure, name="closure"),
    path(f"{TICKET}reopening/", ticket.reopening, name="reopening"),
    path(f"{TICKET}attachments/<uuid:attachment_id>/", ticket.attachment, name="attachment"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/profile/", own_data.profile, name="profile"),
    path("privacy/profile/address/", own_data.new_address, name="new_address"),
    path("privacy/passkeys/", passkeys.passkeys, name="passkeys"),
    path("privacy/passkeys/options/", passkeys.options, name="passkey_options"),
    path("privacy/passkeys/<uuid:key_id>/removal/", passkeys.removal, name="passkey_removal"),
    path("privacy/package/", package.package, name="package"),
    path("privacy/package/<uuid:package_id>/", package.state, name="package_state"),
    path("privacy/package/<uuid:package_id>/fetching/", package.fetching, name="package_fetching"),
    path("privacy/wishes/asked/", own_data.asked, name="asked_about_data"),
    path("privacy/wishes/<slug:kind>/", own_data.wish, name="wish"),
    path("privacy/confirmation/<str:secret>/", own_data.confirmation, name="request_confirmation"),
    path("link/<str:secret>/consents/", consents.by_link, name="consents_by_link"),
    path("consents/", consents.consents, name="consents"),
    path("consents/receipt/", consents.receipt, name="consent_receipt"),
]
