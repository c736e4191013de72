"""Stores (店铺) and their profile."""
