"""Tests of `app.lan`."""
