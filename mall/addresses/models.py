"""Table of addresses."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from kernel.database import columns


class Label(StrEnum):
    """What a buyer calls an address: 家, 公司, 学校, or nothing."""

    HOME = "home"
    OFFICE = "office"
    SCHOOL = "school"
    NONE = "none"


class Address(SQLModel, table=True):
    """Where a buyer lets parcels go (收货地址). Receivers are invented: the row itself refuses a telephone that could ring."""

    __tablename__ = "mall_address"
    __table_args__ = (
        CheckConstraint("phone ~ '^1[3-9][0-9]0000[0-9]{4}$'", name="mall_address_phone_is_invented"),
        CheckConstraint("region_code ~ '^[0-9]{6}$'", name="mall_address_region_code_form"),
        Index("mall_address_one_default", "sandbox_id", "seat_id", unique=True, postgresql_where="is_default"),
        Index("mall_address_of_seat", "sandbox_id", "seat_id", "id"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seat_id: UUID = columns.ref_column()
    label: Label = columns.enum_column("mall_address", "label", Label)
    name: str = columns.text_column(12)
    phone: str = columns.text_column(11)
    region_code: str = columns.text_column(6)
    street: str = columns.text_column(60)
    is_default: bool = columns.flag_column()
