"""Tests of `kernel.identity`."""
