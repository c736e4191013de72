"""Snapshots of one class and going back to them."""
