"""Tests of device checks."""
