"""The simulated mall: accounts, shops, goods, stock, trades, payments, parcels.

Linked to `supply` only through the signed Open API; neither imports the other.
"""
