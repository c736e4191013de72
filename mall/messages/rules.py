"""Which facts a buyer is told, and how many messages are kept. Pure."""

from mall.trades.rules import SELLER_REASONS

KEPT = 200
"""Messages a buyer keeps; the oldest go first. 示例."""

TOLD_CLOSES = frozenset({"pay_timeout", "shop_reset", *SELLER_REASONS})
"""Reasons of a closed trade that its buyer did not bring about himself."""
