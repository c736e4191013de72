"""The log of log-ins: who tried when, with what outcome, from where. Never a password, never a name nobody has."""
