"""Keeps guessing slow: wrong log-ins in a row lock a name for a while, and only so many hashes are computed at once."""
