"""Tests of the list of a class."""
