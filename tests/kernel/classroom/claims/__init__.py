"""Tests of claiming a seat, and of requests."""
