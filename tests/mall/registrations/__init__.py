"""Tests of `mall/registrations`."""
