"""What the certificates say, and that OpenSSL takes them for the room and for nothing else."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from app.tls import authority
from app.tls.authority import Pair

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
ROOM = ["192.168.1.5", "10.0.0.5"]


@pytest.fixture(scope="module")
def root() -> Pair:
    return authority.new_authority(ROOM, NOW)


@pytest.fixture(scope="module")
def leaf(root: Pair) -> Pair:
    return authority.issue(root, ROOM, NOW)


def verify(root: Pair, leaf: Pair, subject: str, at: datetime = NOW) -> None:
    """Passes when a strict verifier takes the certificate for an address or name."""
    builder = PolicyBuilder().store(Store([root.certificate])).time(at)
    try:
        name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(subject))
    except ValueError:
        name = x509.DNSName(subject)
    assert isinstance(name, x509.IPAddress | x509.DNSName)
    builder.build_server_verifier(name).verify(leaf.certificate, [])


class TestAuthority:
    def test_may_sign_servers_and_nothing_below(self, root: Pair) -> None:
        extensions = root.certificate.extensions
        basic = extensions.get_extension_for_class(x509.BasicConstraints)
        assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)

    def test_is_bound_to_local_networks(self, root: Pair) -> None:
        constraints = root.certificate.extensions.get_extension_for_class(x509.NameConstraints)
        assert constraints.critical
        permitted = constraints.value.permitted_subtrees or []
        assert {str(subtree.value) for subtree in permitted} == {
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "fc00::/7",
            "::1/128",
            "localhost",
            "kaidian.classroom",
        }

    def test_takes_a_public_address_of_this_machine_in_and_no_neighbour(self) -> None:
        public = authority.new_authority(["203.0.113.9"], NOW).certificate
        assert authority.may_vouch_for(public, ["203.0.113.9", "192.168.1.5"], NOW)
        assert not authority.may_vouch_for(public, ["203.0.113.8"], NOW)

    def test_says_in_its_name_what_it_is_for(self, root: Pair) -> None:
        [name] = root.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        [owner] = root.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        assert str(name.value).startswith("开店沙盘教学证书 2026-11 ")
        assert owner.value == "仅供本班教学使用"
        assert root.certificate.subject != authority.new_authority(ROOM, NOW).certificate.subject

    def test_lasts_ten_years_and_retires_in_time(self, root: Pair) -> None:
        last = root.certificate.not_valid_after_utc
        assert last - NOW == timedelta(days=3650)
        assert authority.may_vouch_for(root.certificate, ROOM, last - timedelta(days=30, seconds=1))
        assert not authority.may_vouch_for(root.certificate, ROOM, last - timedelta(days=30))

    def test_shows_the_fingerprint_that_openssl_shows(self, root: Pair) -> None:
        mark = authority.fingerprint(root.certificate)
        assert len(mark) == 95
        assert bytes.fromhex(mark.replace(":", "")) == root.certificate.fingerprint(
            root.certificate.signature_hash_algorithm  # type: ignore[arg-type]  # SHA-256, never None here
        )


class TestLeaf:
    def test_is_for_a_server_at_these_addresses(self, leaf: Pair) -> None:
        assert {str(name.value) for name in authority.names_of(leaf.certificate)} == {
            *ROOM,
            "127.0.0.1",
            "localhost",
            "kaidian.classroom",
        }
        extensions = leaf.certificate.extensions
        assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
            ExtendedKeyUsageOID.SERVER_AUTH
        ]
        assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca

    def test_lives_no_longer_than_browsers_accept(self, leaf: Pair) -> None:
        life = leaf.certificate.not_valid_after_utc - leaf.certificate.not_valid_before_utc
        assert life == timedelta(days=397)

    def test_never_outlives_its_authority(self, root: Pair) -> None:
        late = root.certificate.not_valid_after_utc - timedelta(days=40)
        assert authority.issue(root, ROOM, late).certificate.not_valid_after_utc == root.certificate.not_valid_after_utc

    @pytest.mark.parametrize("subject", [*ROOM, "127.0.0.1", "localhost"])
    def test_is_taken_where_it_is_for(self, root: Pair, leaf: Pair, subject: str) -> None:
        verify(root, leaf, subject)

    def test_is_taken_by_a_machine_whose_clock_is_hours_behind(self, root: Pair, leaf: Pair) -> None:
        verify(root, leaf, "192.168.1.5", NOW - timedelta(hours=23))

    def test_is_not_taken_elsewhere(self, root: Pair, leaf: Pair) -> None:
        for subject in ("192.168.1.6", "kaidian.example"):
            with pytest.raises(VerificationError):
                verify(root, leaf, subject)

    def test_a_stolen_authority_cannot_play_another_site(self, root: Pair) -> None:
        for subject in ("203.0.113.9", "8.8.8.8"):
            stolen = authority.issue(root, [subject], NOW)
            with pytest.raises(VerificationError):
                verify(root, stolen, subject)

    def test_openssl_reads_it(self, root: Pair) -> None:
        context = ssl.create_default_context(cadata=root.certificate.public_bytes(Encoding.PEM).decode())
        assert context.cert_store_stats()["x509_ca"] >= 1


class TestIsGood:
    def test_as_long_as_nothing_changes(self, root: Pair, leaf: Pair) -> None:
        assert authority.is_good(leaf.certificate, root.certificate, ROOM, NOW + timedelta(days=365))
        assert authority.is_good(leaf.certificate, root.certificate, ROOM[::-1], NOW)

    def test_not_within_thirty_days_of_its_end(self, root: Pair, leaf: Pair) -> None:
        end = leaf.certificate.not_valid_after_utc
        assert authority.is_good(leaf.certificate, root.certificate, ROOM, end - timedelta(days=30, seconds=1))
        assert not authority.is_good(leaf.certificate, root.certificate, ROOM, end - timedelta(days=30))

    def test_not_for_other_addresses(self, root: Pair, leaf: Pair) -> None:
        assert not authority.is_good(leaf.certificate, root.certificate, ROOM[:1], NOW)
        assert not authority.is_good(leaf.certificate, root.certificate, [*ROOM, "10.0.0.6"], NOW)

    def test_not_under_another_authority(self, leaf: Pair) -> None:
        assert not authority.is_good(leaf.certificate, authority.new_authority(ROOM, NOW).certificate, ROOM, NOW)
