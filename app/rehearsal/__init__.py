"""A rehearsal: scripted people who act through the public HTTP API only, and a report that tells the truth about it."""
