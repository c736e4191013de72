"""Tests of `app.tls`."""
