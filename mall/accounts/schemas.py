"""Answers about wallets."""

from datetime import datetime
from uuid import UUID

from kernel.http.fields import View


class BuyerWallet(View):
    balance_fen: int


class SellerWallet(View):
    balance_fen: int
    in_escrow_fen: int


class WalletEntry(View):
    id: UUID
    sim_at: datetime
    kind: str
    amount_fen: int
    title_code: str
    number: str


class WalletView(View):
    buyer: BuyerWallet
    seller: SellerWallet | None
    entries: list[WalletEntry]


class MoneyCheck(View):
    """The reconciliation of money: differences that must be zero."""

    transfers: int
    wallet_difference_fen: int
    escrow_difference_fen: int
    deposit_difference_fen: int
    refunding_difference_fen: int
    refunded_difference_fen: int
    sum_of_all_fen: int
