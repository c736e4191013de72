"""Tests of `kernel.crypto`."""
