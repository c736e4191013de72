"""The simulated supply system (供销系统), linked to the mall only through its signed Open API.

Holds nothing yet; it stands here so that the architecture contracts guard it from its first line.
"""
