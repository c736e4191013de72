"""What of a class goes back with its market and what stays; how many snapshots are kept. Pure.

The database derives the tables that go back (`kernel_market_tables`). These names are the other half: a test demands
that each table of a class is in exactly one, so that nobody adds a table without deciding.
"""

KEPT = 20
"""Snapshots a class keeps; the oldest goes first. 示例."""

STAYS: dict[str, str] = {
    "kernel_lease": "who runs the class now; a rollback raises its token",
    "kernel_snapshot": "going back must itself be undoable",
    "kernel_snapshot_chunk": "going back must itself be undoable",
    "kernel_storage_usage": "files stay on disk, so does what they use of a quota",
    "kernel_stored_file": "files stay on disk; goods of the snapshot still need theirs",
}
"""Tables with a `sandbox_id` whose rows a rollback leaves alone, and why."""
