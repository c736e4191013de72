"""Reads of money."""

from uuid import UUID

from sqlalchemy import text

from kernel.errors import Unavailable
from kernel.unit_of_work import UnitOfWork
from mall.accounts.models import AccountKind
from mall.accounts.schemas import BuyerWallet, MoneyCheck, SellerWallet, WalletEntry, WalletView

_WALLETS = text("""
    SELECT a.kind, a.balance_fen,
           (SELECT coalesce(sum(t.total_fen - t.refunded_fen), 0) FROM mall_trade t
             WHERE t.seller_seat_id = a.owner_id AND t.state IN ('wait_ship', 'part_shipped', 'shipped')) AS in_escrow_fen,
           EXISTS (SELECT 1 FROM mall_shop s WHERE s.seat_id = a.owner_id) AS has_shop
      FROM mall_money_account a WHERE a.owner_id = :seat_id
""")
# Each wallet's newest hundred by its index, then the newest hundred of those: never the whole class's transfers.
_ENTRIES = text("""
    WITH wallet AS (SELECT id FROM mall_money_account WHERE kind IN ('buyer', 'seller') AND owner_id = :seat_id),
         newest AS (
        SELECT DISTINCT x.* FROM wallet w CROSS JOIN LATERAL (
            (SELECT * FROM mall_transfer WHERE debit_id = w.id ORDER BY seq DESC LIMIT 100)
            UNION ALL
            (SELECT * FROM mall_transfer WHERE credit_id = w.id ORDER BY seq DESC LIMIT 100)) x)
    SELECT t.id, t.sim_at, t.number, t.cause, d.kind AS debit_kind, d.owner_id AS debit_owner, c.kind AS credit_kind,
           CASE WHEN d.owner_id = :seat_id THEN -t.amount_fen ELSE t.amount_fen END AS amount_fen
      FROM newest t
      JOIN mall_money_account d ON d.id = t.debit_id
      JOIN mall_money_account c ON c.id = t.credit_id
     ORDER BY t.seq DESC LIMIT 100
""")
# Every fen in a wallet came by a transfer; escrow holds exactly the paid, unfinished trades less
# what they gave back; the deposit account what stores have left there; money on its way back is what unfinished refunds
# say; a trade gave back what its refunds say; all accounts together: zero.
_CHECK = text("""
    WITH moved AS (
        SELECT a.id, a.kind, a.balance_fen,
               coalesce((SELECT sum(amount_fen) FROM mall_transfer WHERE credit_id = a.id), 0)
             - coalesce((SELECT sum(amount_fen) FROM mall_transfer WHERE debit_id = a.id), 0) AS net_fen
          FROM mall_money_account a)
    SELECT (SELECT count(*) FROM mall_transfer) AS transfers,
           coalesce(sum(abs(balance_fen - net_fen)) FILTER (WHERE balance_fen IS NOT NULL), 0)::bigint AS wallet_difference,
           (coalesce(sum(net_fen) FILTER (WHERE kind = 'escrow'), 0)
            - (SELECT coalesce(sum(total_fen - refunded_fen), 0) FROM mall_trade
                WHERE state IN ('wait_ship', 'part_shipped', 'shipped')))::bigint AS escrow_difference,
           (coalesce(sum(net_fen) FILTER (WHERE kind = 'deposit'), 0)
            - (SELECT coalesce(sum(amount_fen), 0) FROM mall_deposit WHERE state = 'held'))::bigint
               AS deposit_difference,
           (coalesce(sum(net_fen) FILTER (WHERE kind = 'refunding'), 0)
            - (SELECT coalesce(sum(amount_fen), 0) FROM mall_refund WHERE state <> 'success'))::bigint
               AS refunding_difference,
           (SELECT coalesce(sum(abs(t.refunded_fen - coalesce(r.fen, 0))), 0) FROM mall_trade t
              LEFT JOIN (SELECT trade_id, sum(amount_fen) AS fen FROM mall_refund GROUP BY trade_id) r ON r.trade_id = t.id
           )::bigint AS refunded_difference,
           coalesce(sum(CASE WHEN balance_fen IS NULL THEN net_fen ELSE balance_fen END), 0)::bigint AS sum_of_all
      FROM moved
""")


async def view_wallet(uow: UnitOfWork, seat_id: UUID) -> WalletView:
    """Returns a seat's wallets with the newest hundred entries.

    Raises:
        Unavailable: whoever enters as the class opens, or joins it late, may be here before his wallets are.

    """
    wallets = {row.kind: row for row in await uow.execute(_WALLETS, {"seat_id": seat_id})}
    if not wallets:
        raise Unavailable("mall.wallet.opening")
    seller = wallets[AccountKind.SELLER]
    entries = [
        WalletEntry(
            id=row.id,
            sim_at=row.sim_at,
            kind=row.debit_kind if row.debit_owner == seat_id else row.credit_kind,
            amount_fen=row.amount_fen,
            title_code=f"money.{row.cause}",
            number=row.number,
        )
        for row in await uow.execute(_ENTRIES, {"seat_id": seat_id})
    ]
    return WalletView(
        buyer=BuyerWallet(balance_fen=wallets[AccountKind.BUYER].balance_fen),
        seller=SellerWallet(balance_fen=seller.balance_fen, in_escrow_fen=seller.in_escrow_fen)
        if seller.has_shop
        else None,
        entries=entries,
    )


async def find_balance(uow: UnitOfWork, seat_id: UUID) -> int:
    """Returns what a seat can spend, in fen."""
    row = (await uow.execute(_BALANCE, {"seat_id": seat_id})).one_or_none()
    return 0 if row is None else int(row.balance_fen)


_BALANCE = text("SELECT balance_fen FROM mall_money_account WHERE kind = 'buyer' AND owner_id = :seat_id")


async def check_money(uow: UnitOfWork) -> MoneyCheck:
    """Returns the reconciliation of the sandbox's money; every difference must be zero."""
    row = (await uow.execute(_CHECK)).one()
    return MoneyCheck(
        transfers=row.transfers,
        wallet_difference_fen=row.wallet_difference,
        escrow_difference_fen=row.escrow_difference,
        deposit_difference_fen=row.deposit_difference,
        refunding_difference_fen=row.refunding_difference,
        refunded_difference_fen=row.refunded_difference,
        sum_of_all_fen=row.sum_of_all,
    )
