"""The composition root: HTTP application, worker, command line, embedded servers.

Imports every package and is imported by none.
"""
