"""The page `/setup` and the certificate in the three forms that systems take.

Static files with a few marks filled in; the plain listener and the web process answer alike. The words stand in
`pages/setup.zh-CN.html`.
"""

import hashlib
import plistlib
import ssl
import uuid
from dataclasses import dataclass
from pathlib import Path
from string import Template

ROOT = "/setup"
PAGES = Path(__file__).with_name("pages")
FILE_NAME = "kaidian-class-ca"
# The test asks the https side of this same host, whichever name or address the visitor used: hence any https.
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self' https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    ("Content-Security-Policy", _CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),  # after class another certificate may stand at the same address
)


@dataclass(frozen=True)
class Answer:
    """One file, ready to send."""

    media_type: str
    body: bytes
    saved_as: str = ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Returns every header of the answer."""
        saving = [("Content-Disposition", f'attachment; filename="{self.saved_as}"')] if self.saved_as else []
        return [
            ("Content-Type", self.media_type),
            ("Content-Length", str(len(self.body))),
            *_HEADERS,
            *saving,
        ]


def answers(authority_pem: str, *, https_port: int) -> dict[str, Answer]:
    """Returns the answer to each address of the setup page."""
    der = ssl.PEM_cert_to_DER_cert(authority_pem)
    mark = hashlib.sha256(der).hexdigest().upper()
    page = Template((PAGES / "setup.zh-CN.html").read_text(encoding="utf-8")).substitute(
        https_port=https_port, fingerprint=":".join(mark[place : place + 2] for place in range(0, len(mark), 2))
    )
    return {
        ROOT: Answer("text/html; charset=utf-8", page.encode()),
        f"{ROOT}/setup.css": Answer("text/css; charset=utf-8", (PAGES / "setup.css").read_bytes()),
        f"{ROOT}/setup.js": Answer("text/javascript; charset=utf-8", (PAGES / "setup.js").read_bytes()),
        f"{ROOT}/ca.crt": Answer("application/x-x509-ca-cert", der, f"{FILE_NAME}.crt"),
        f"{ROOT}/ca.pem": Answer("application/x-pem-file", authority_pem.encode(), f"{FILE_NAME}.pem"),
        f"{ROOT}/ca.mobileconfig": Answer(
            "application/x-apple-aspen-config", _profile(der), f"{FILE_NAME}.mobileconfig"
        ),
    }


def _profile(der: bytes) -> bytes:
    """Returns an Apple configuration profile with the certificate; the same certificate makes the same profile."""
    payload = uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(der).hexdigest())
    profile = uuid.uuid5(payload, "profile")
    name = "开店沙盘教学证书"
    return plistlib.dumps(
        {
            "PayloadContent": [
                {
                    "PayloadCertificateFileName": f"{FILE_NAME}.crt",
                    "PayloadContent": der,
                    "PayloadDisplayName": name,
                    "PayloadIdentifier": f"classroom.kaidian.ca.{payload}",
                    "PayloadType": "com.apple.security.root",
                    "PayloadUUID": str(payload).upper(),
                    "PayloadVersion": 1,
                }
            ],
            "PayloadDescription": "仅供本班教学使用，下课后可以移除。",
            "PayloadDisplayName": name,
            "PayloadIdentifier": f"classroom.kaidian.profile.{profile}",
            "PayloadRemovalDisallowed": False,
            "PayloadType": "Configuration",
            "PayloadUUID": str(profile).upper(),
            "PayloadVersion": 1,
        }
    )
