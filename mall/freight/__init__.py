"""Freight templates (运费模板): what a store asks for sending, and where it does not send to."""
