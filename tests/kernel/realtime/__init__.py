"""Tests of the realtime hub, against a Redis of their own: they empty it, restart it and cut its connections."""
