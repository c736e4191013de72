"""Prices: the one pure quote that cart, item page and checkout share."""
