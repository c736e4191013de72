"""Claiming a seat (认领席位) with class code and PIN, and what learners ask their lecturer for."""
