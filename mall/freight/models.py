"""The table of freight templates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns
from mall.freight.rules import NAME_LIMIT, ChargeBy


class FreightTemplate(SQLModel, table=True):
    """What a store asks for sending (运费模板). `terms` is read and written whole: tariffs, conditions, regions."""

    __tablename__ = "mall_freight_template"
    __table_args__ = (
        CheckConstraint("char_length(name) >= 1", name="mall_freight_template_named"),
        Index("mall_freight_template_name_once", "sandbox_id", "shop_id", "name", unique=True),
        Index("mall_freight_template_one_default", "shop_id", unique=True, postgresql_where="is_default"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    shop_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_shop.id"), nullable=False))
    name: str = columns.text_column(NAME_LIMIT)
    is_default: bool = columns.flag_column()
    charge_by: ChargeBy = columns.enum_column("mall_freight_template", "charge_by", ChargeBy)
    terms: dict[str, Any] = columns.json_column()
    updated_sim_at: datetime = columns.sim_at_column()
