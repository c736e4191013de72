"""Passwords as people choose, change and reset them."""
