"""Engine, unit of work, row-level security, column types and migrations.

Owns how the project talks to PostgreSQL; owns no domain table.
"""
