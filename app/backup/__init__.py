"""Backups (备份) of the whole installation: database and files, in one encrypted file on another disk.

Owns: when one is due, how it is made, verified, thinned and restored, and the record of runs. Refuses: keys (they are
`kernel.crypto`'s and never inside a backup), one class's snapshots (`kernel.sandbox.snapshots`), Redis (it holds nothing
that is not in the database).
"""
