"""Tests of the class."""
