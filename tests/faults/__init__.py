"""Faults on purpose: processes killed in the middle of a sale."""
