"""Tests of `mall/members`."""
