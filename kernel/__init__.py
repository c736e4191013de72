"""Technology and the small shared kernel: identity, classroom, sandbox, clock, money.

Knows no trading rule and imports no other package of the project.
"""
