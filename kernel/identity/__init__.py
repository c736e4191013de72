"""Accounts, passwords, sessions, roles and their capabilities."""
