"""What the certificates say: a CA bound to local networks, and the server's certificate under it.

Pure but for fresh keys: addresses and the moment are arguments. Elliptic curve P-256, which every browser knows.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.x509 import Certificate
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CLASS_NAME = "kaidian.classroom"
LOCAL_NAMES = ("localhost", CLASS_NAME)
LOCAL_ADDRESSES = ("127.0.0.1",)
AUTHORITY_LIFE = timedelta(days=3650)
LEAF_LIFE = timedelta(days=396)
"""With the day before: 397, the most that Safari and Chromium accept. Source: CA/B Forum ballot SC-31 (398 days)."""
RENEW_BEFORE = timedelta(days=30)
SLOW_CLOCKS = timedelta(days=1)
"""A classroom PC may be hours behind; a certificate that is not yet valid would lock it out."""
# Source: RFC 1918, RFC 6598, RFC 4193, RFC 1122.
PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7", "::1/128")
)


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    key: EllipticCurvePrivateKey
    certificate: Certificate


def new_authority(addresses: Iterable[str], now: datetime) -> Pair:
    """Returns a fresh CA that can vouch for local networks only, and for those of `addresses` that lie outside them.

    Whoever steals its key cannot pretend to be a bank: browsers refuse its word for any other name or address.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "仅供本班教学使用"),
            # Two classes' certificates are told apart in a phone's list by the mark of the key.
            x509.NameAttribute(
                NameOID.COMMON_NAME, f"开店沙盘教学证书 {now:%Y-%m} {identifier.digest.hex()[:4].upper()}"
            ),
        ]
    )
    usage = _key_usage(key_cert_sign=True, crl_sign=True)
    certificate = (
        _begin(name, name, key, now, now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(_constraints(addresses), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Pair(key, certificate)


def issue(authority: Pair, addresses: Sequence[str], now: datetime) -> Pair:
    """Returns a certificate for the server at `addresses`, with a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kaidian")])
    last = min(now + LEAF_LIFE, authority.certificate.not_valid_after_utc)
    certificate = (
        _begin(name, authority.certificate.subject, key, now, last)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_names(addresses)), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Pair(key, certificate)


def may_vouch_for(authority: Certificate, addresses: Iterable[str], now: datetime) -> bool:
    """Says whether a CA lives long enough and its constraints let it vouch for all `addresses`."""
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    networks = [subtree.value for subtree in permitted if isinstance(subtree, x509.IPAddress)]
    inside = all(any(_contains(network, address) for network in networks) for address in addresses)
    return inside and now < authority.not_valid_after_utc - RENEW_BEFORE


def is_good(leaf: Certificate, authority: Certificate, addresses: Sequence[str], now: datetime) -> bool:
    """Says whether the server's certificate is by this CA, names exactly `addresses`, and is not about to end."""
    try:
        leaf.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):  # another name, another kind of key, another key
        return False
    return set(names_of(leaf)) == set(_names(addresses)) and now < leaf.not_valid_after_utc - RENEW_BEFORE


def names_of(leaf: Certificate) -> list[x509.GeneralName]:
    """Returns the names and addresses a certificate is for."""
    return list(leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def fingerprint(certificate: Certificate) -> str:
    """Returns the SHA-256 fingerprint as systems show it: pairs of capital digits with colons."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _begin(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, now: datetime, last: datetime
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - SLOW_CLOCKS,
        not_valid_after=last,
    )


def _constraints(addresses: Iterable[str]) -> x509.NameConstraints:
    outside = [ipaddress.ip_network(text) for text in addresses if not any(_contains(net, text) for net in PRIVATE)]
    permitted: list[x509.GeneralName] = [x509.IPAddress(network) for network in (*PRIVATE, *outside)]
    permitted += [x509.DNSName(name) for name in LOCAL_NAMES]
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)


def _names(addresses: Sequence[str]) -> list[x509.GeneralName]:
    every = dict.fromkeys((*addresses, *LOCAL_ADDRESSES))
    return [x509.IPAddress(ipaddress.ip_address(text)) for text in every] + [x509.DNSName(name) for name in LOCAL_NAMES]


def _contains(network: object, address: str) -> bool:
    if not isinstance(network, ipaddress.IPv4Network | ipaddress.IPv6Network):
        return False
    return ipaddress.ip_address(address) in network


def _key_usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
