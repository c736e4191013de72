"""Tables of money: account and transfer. A transfer debits one account and credits another, so every sum is zero."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Identity, Index, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class AccountKind(StrEnum):
    """Wallets keep a guarded balance; the platform's accounts are summed from transfers, so that no row runs hot."""

    BUYER = "buyer"
    SELLER = "seller"
    ISSUE = "issue"
    ESCROW = "escrow"
    COMMISSION = "commission"
    DEPOSIT = "deposit"
    REFUNDING = "refunding"
    """Money that left its trade or came too late, on its way back to a buyer."""


class TransferCause(StrEnum):
    """What may move money."""

    GRANT = "grant"
    PAYMENT = "payment"
    SETTLEMENT = "settlement"
    COMMISSION = "commission"
    LATE_PAYMENT = "late_payment"
    REFUND_OPENED = "refund_opened"
    REFUND = "refund"
    RESET_BUYER = "reset_buyer"
    RESET_SELLER = "reset_seller"
    DEPOSIT = "deposit"
    DEPOSIT_BACK = "deposit_back"


class MoneyAccount(SQLModel, table=True):
    """Where simulated money is. `owner_id` is a seat for wallets, the sandbox for the platform's accounts."""

    __tablename__ = "mall_money_account"
    __table_args__ = (
        UniqueConstraint("sandbox_id", "kind", "owner_id", name="mall_money_account_once"),
        CheckConstraint("balance_fen IS NULL OR balance_fen >= 0", name="mall_money_account_never_overdrawn"),
        CheckConstraint(
            "(kind IN ('buyer', 'seller')) = (balance_fen IS NOT NULL)", name="mall_money_account_wallet_has_balance"
        ),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    kind: AccountKind = columns.enum_column("mall_money_account", "kind", AccountKind)
    owner_id: UUID = columns.ref_column()
    balance_fen: int | None = columns.fen_column(nullable=True)


class Transfer(SQLModel, table=True):
    """One append-only movement of money. (cause, cause_id) is unique: a cause moves money once."""

    __tablename__ = "mall_transfer"
    __table_args__ = (
        UniqueConstraint("sandbox_id", "cause", "cause_id", name="mall_transfer_once"),
        CheckConstraint("amount_fen > 0", name="mall_transfer_amount_positive"),
        CheckConstraint("debit_id <> credit_id", name="mall_transfer_between_two"),
        Index("mall_transfer_of_debit", "debit_id", "seq"),
        Index("mall_transfer_of_credit", "credit_id", "seq"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    debit_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_money_account.id"), nullable=False))
    credit_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_money_account.id"), nullable=False))
    amount_fen: int = columns.fen_column()
    cause: TransferCause = columns.enum_column("mall_transfer", "cause", TransferCause)
    cause_id: UUID = columns.ref_column()
    number: str = columns.text_column(20)
    sim_at: datetime = columns.sim_at_column()
    at: datetime = columns.at_column()
