"""Trades (交易): placing, closing, shipping, confirming, their timeline and deadlines."""
