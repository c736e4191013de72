"""Tests of file storage."""
