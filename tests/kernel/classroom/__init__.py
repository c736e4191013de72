"""Tests of the class: its list, its claims, its requests."""
