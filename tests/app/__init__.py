"""Tests of the composition root: embedded servers, supervisor, command line."""
