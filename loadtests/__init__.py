"""Measurements against floors; never timed tests."""
