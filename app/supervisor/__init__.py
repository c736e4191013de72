"""Keeps the processes of one installation alive, in one terminal.

Owns: start order, restart with back-off, orderly end, log rotation, the lock of the data folder. Refuses: knowing what
a web process or a worker is (`app.commands.processes`), and importing any of it: this process stays small.
"""
