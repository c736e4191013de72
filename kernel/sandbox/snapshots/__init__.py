"""Snapshots (存档) of one class's market, and going back to one.

Owns what is kept of a market, how many, and the order of a rollback. Refuses: backups of the whole installation
(`app.backup`), and taking back what a person did to people: seats, log-ins, interventions and files stay (ADR 0015).
"""
