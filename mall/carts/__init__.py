"""Carts (购物车) of buyers."""
