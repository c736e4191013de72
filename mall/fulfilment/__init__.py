"""Parcels (包裹) and the simulated couriers that move them."""
