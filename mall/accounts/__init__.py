"""Wallets, escrow and the double-entry ledger of a sandbox."""
