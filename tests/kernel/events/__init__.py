"""Tests of the event machinery."""
