"""Drawings of goods: objects, colours and scenes composed into one small SVG per key."""
