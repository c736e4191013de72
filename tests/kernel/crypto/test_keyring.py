"""Encrypted fields: what comes back, and all that must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.crypto.keyring import Keyring, Unreadable, key_id_of, normalised

RING = Keyring.generate("0123456789abcdef")
STRANGER = Keyring.generate("0123456789abcdef")
CONTEXT = "kernel_person.id_number:1"


class TestEncrypt:
    @given(plain=st.text(), context=st.text())
    def test_comes_back_unchanged(self, plain: str, context: str) -> None:
        assert RING.decrypt(RING.encrypt(plain, context=context), context=context) == plain

    @given(plain=st.text(min_size=1), one=st.text(), other=st.text())
    def test_is_bound_to_its_context(self, plain: str, one: str, other: str) -> None:
        sealed = RING.encrypt(plain, context=one)
        if one == other:
            assert RING.decrypt(sealed, context=other) == plain
        else:
            with pytest.raises(Unreadable):
                RING.decrypt(sealed, context=other)

    @given(plain=st.text(), data=st.data())
    def test_shows_every_changed_bit(self, plain: str, data: st.DataObject) -> None:
        sealed = RING.encrypt(plain, context=CONTEXT)
        place = data.draw(st.integers(0, len(sealed) - 1))
        bit = data.draw(st.integers(0, 7))
        changed = sealed[:place] + bytes([sealed[place] ^ 1 << bit]) + sealed[place + 1 :]
        with pytest.raises(Unreadable):
            RING.decrypt(changed, context=CONTEXT)

    @given(length=st.integers(0, 40))
    def test_refuses_a_beginning(self, length: int) -> None:
        sealed = RING.encrypt("610102199003071234", context=CONTEXT)
        with pytest.raises(Unreadable):
            RING.decrypt(sealed[:length], context=CONTEXT)

    def test_never_repeats_itself(self) -> None:
        assert len({RING.encrypt("同一个值", context=CONTEXT) for _ in range(100)}) == 100

    def test_is_closed_to_other_keys(self) -> None:
        with pytest.raises(Unreadable):
            STRANGER.decrypt(RING.encrypt("x", context=CONTEXT), context=CONTEXT)
        disguised = Keyring(
            installation_id=STRANGER.installation_id,
            current_id=RING.current_id,
            field_keys={RING.current_id: next(iter(STRANGER.field_keys.values()))},
            hash_key=STRANGER.hash_key,
            backup_identity=STRANGER.backup_identity,
        )
        with pytest.raises(Unreadable):
            disguised.decrypt(RING.encrypt("x", context=CONTEXT), context=CONTEXT)


class TestAddKey:
    def test_reads_old_and_writes_new(self) -> None:
        later = RING.add_key().add_key()
        old = RING.encrypt("旧", context=CONTEXT)
        new = later.encrypt("新", context=CONTEXT)
        assert later.decrypt(old, context=CONTEXT) == "旧"
        assert key_id_of(old) == RING.current_id
        assert key_id_of(new) == later.current_id != RING.current_id
        assert later.holds(RING)
        assert not RING.holds(later)
        with pytest.raises(Unreadable):
            RING.decrypt(new, context=CONTEXT)

    def test_leaves_fingerprints_and_backups_as_they_were(self) -> None:
        later = RING.add_key()
        assert later.fingerprint("x", purpose="p") == RING.fingerprint("x", purpose="p")
        assert later.backup_recipient == RING.backup_recipient


class TestFingerprint:
    @given(value=st.text())
    def test_is_the_same_for_the_same_value_and_purpose_only(self, value: str) -> None:
        found = RING.fingerprint(value, purpose="id_number")
        assert found == RING.fingerprint(value, purpose="id_number")
        assert found != RING.fingerprint(value, purpose="phone")
        assert found != STRANGER.fingerprint(value, purpose="id_number")
        assert len(found) == 32

    @pytest.mark.parametrize(
        "written", ["61010219900307123x", " 610102 19900307 123X ", "６１０１０２１９９００３０７１２３Ｘ"]
    )
    def test_sees_through_widths_spaces_and_case(self, written: str) -> None:
        assert normalised(written) == "61010219900307123x"
        expected = RING.fingerprint("61010219900307123X", purpose="id_number")
        assert RING.fingerprint(written, purpose="id_number") == expected

    @given(one=st.text("0123456789X", min_size=1), other=st.text("0123456789X", min_size=1))
    def test_tells_different_values_apart(self, one: str, other: str) -> None:
        same = RING.fingerprint(one, purpose="p") == RING.fingerprint(other, purpose="p")
        assert same == (one == other)


class TestRepr:
    def test_shows_no_secret(self) -> None:
        shown = repr(RING)
        secrets = [RING.backup_identity, repr(RING.hash_key), *map(repr, RING.field_keys.values())]
        assert [secret for secret in secrets if secret in shown] == []
