"""What the model of a market knows of one order."""

from dataclasses import dataclass


@dataclass(slots=True)
class Deal:
    """One order as the model knows it."""

    shop: int
    buyer: int
    quantity: int
    pay_order_id: str
    trade_id: str
    sku_id: str
    state: str = "wait_pay"
    shipped: int = 0
    refunded: int = 0
    refunded_fen: int = 0
    total_fen: int = 0

    @property
    def left(self) -> int:
        """Units that are still to be shipped."""
        return self.quantity - self.shipped - self.refunded
