"""Single sign-on through the company's own sign-in (OpenID Connect, authorization code with PKCE)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from privacy import company
from privacy.models import User
from privacy.web.backends import AccountBackend


class CompanySignIn(AccountBackend, OIDCAuthenticationBackend):
    """The library's, which also asks who issued a token and for whom, and finds people by blind index."""

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """The claims of a token that our provider made for us. Raises SuspiciousOperation for any other."""
        claims: dict[str, Any] = super().verify_token(token, **kwargs)
        audience = claims.get("aud")
        audience = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != settings.SSO_ISSUER or settings.OIDC_RP_CLIENT_ID not in audience:
            raise SuspiciousOperation("A token of another issuer, or for somebody else.")
        if len(audience) > 1 and claims.get("azp") != settings.OIDC_RP_CLIENT_ID:
            raise SuspiciousOperation("A token that was made for somebody else, too.")
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User | None:
        """Whose identity this is. Nobody gets an account by coming: accounts are made by invitation."""
        subject = str(payload["sub"])
        if user := company.known(settings.SSO_ISSUER, subject):
            return user
        claims = self.get_userinfo(access_token, id_token, payload)
        if claims.get("sub") != subject:
            raise SuspiciousOperation("What the provider says of the person is about somebody else.")
        if claims.get("email_verified") is not True and not settings.SSO_TRUSTS_ADDRESSES:
            return None
        return company.introduce(settings.SSO_ISSUER, subject, str(claims.get("email") or ""))
