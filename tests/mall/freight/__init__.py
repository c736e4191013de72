"""Tests of `mall/freight`."""
