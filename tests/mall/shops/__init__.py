"""Tests of `mall/shops`."""
