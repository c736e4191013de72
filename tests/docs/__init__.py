"""The documentation is held to what the code says."""
