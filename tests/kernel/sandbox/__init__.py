"""Tests of the sandbox: its clock, its timers, its runner."""
