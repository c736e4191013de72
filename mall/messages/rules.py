"""Which facts a buyer is told, and how many messages are kept. Pure."""

KEPT = 200
"""Messages a buyer keeps; the oldest go first. 示例."""

TOLD_CLOSES = frozenset({"pay_timeout", "shop_reset"})
"""Reasons of a closed trade that its buyer did not bring about himself."""
