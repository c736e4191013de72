"""The session cookie and its cross-site protection.

The cookie holds 32 random bytes; the database knows their SHA-256 only. Every unsafe request also sends a token derived
from the cookie in a header, which another site can neither read nor set, and its `Origin`, where the browser sends one,
must name this host. `Secure` is set only under TLS: classroom phones come over plain http. Under TLS the cookie has another
name: a browser lets no plain-http page overwrite a `Secure` cookie, so a class held without TLS at the address of
yesterday's with TLS could sign nobody in.
"""

import hmac
import secrets
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import Request, Response

from kernel.errors import Forbidden, Unauthorised

COOKIE = "kd_session"
SECURE_COOKIE = "__Host-kd_session"
"""The prefix binds it to this host and to https. Source: RFC 6265bis, cookie name prefixes."""
CSRF_HEADER = "X-CSRF-Token"


def new_token() -> str:
    """Returns a fresh session token of 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Returns what the database stores for a token."""
    return sha256(token.encode()).digest()


def csrf_token_of(token: str) -> str:
    """Returns the token that an unsafe request of this session must send in `X-CSRF-Token`."""
    return sha256(b"kaidian-csrf:" + token.encode()).hexdigest()


def cookie_name(*, secure: bool) -> str:
    """Returns what the session cookie is called, under TLS or without."""
    return SECURE_COOKIE if secure else COOKIE


def set_cookie(response: Response, token: str, *, seconds: int, secure: bool) -> None:
    """Gives the browser the session cookie."""
    name = cookie_name(secure=secure)
    response.set_cookie(name, token, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")


def clear_cookie(response: Response, *, secure: bool) -> None:
    """Takes the session cookie away."""
    response.delete_cookie(cookie_name(secure=secure), httponly=True, samesite="lax", secure=secure, path="/")


def token_of(request: Request) -> str:
    """Returns the session token a request carries.

    Raises:
        Unauthorised: it carries none.

    """
    token = request.cookies.get(cookie_name(secure=request.app.state.runtime.settings.tls))
    if not token:
        raise Unauthorised("kernel.identity.not_signed_in")
    return token


def check_same_site(request: Request) -> None:
    """Passes when the request's Origin, if it names one, is this host.

    Raises:
        Forbidden: another site sent it.

    """
    origin = request.headers.get("origin")
    if origin is not None and _host_of(origin) != request.headers.get("host"):
        raise Forbidden("kernel.request.cross_site")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # no address at all, e.g. `http://[`
        return None


def check_csrf(request: Request, token: str) -> None:
    """Passes when an unsafe request proves that our own page sent it.

    Raises:
        Forbidden: the header is missing or belongs to another session, or the Origin is another site.

    """
    check_same_site(request)
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), csrf_token_of(token).encode()):
        raise Forbidden("kernel.request.csrf")
