"""The table of who works in a store."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns
from mall.members.rules import Role


class MemberState(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DECLINED = "declined"
    GONE = "gone"


class ShopMember(SQLModel, table=True):
    """A seat's place in a store; the owner has one as well, so that one question finds where somebody works."""

    __tablename__ = "mall_shop_member"
    __table_args__ = (
        Index(
            "mall_shop_member_once",
            "shop_id",
            "seat_id",
            unique=True,
            postgresql_where="state IN ('invited', 'active')",
        ),
        Index("mall_shop_member_one_owner", "shop_id", unique=True, postgresql_where="role = 'owner'"),
        Index("mall_shop_member_of_seat", "sandbox_id", "seat_id", "state"),
        CheckConstraint("role <> 'owner' OR state = 'active'", name="mall_shop_member_owner_stays"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    shop_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_shop.id"), nullable=False))
    seat_id: UUID = columns.ref_column()
    role: Role = columns.enum_column("mall_shop_member", "role", Role)
    state: MemberState = columns.enum_column("mall_shop_member", "state", MemberState)
    invited_sim_at: datetime = columns.sim_at_column()
    entered_at: datetime | None = columns.at_column(nullable=True)
    """When he last chose this store in the desk's header: the newest is where he works."""
