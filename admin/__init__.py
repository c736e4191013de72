"""Institutions, class opening, forms, dossiers, certificates, statistics, follow-up.

Holds nothing yet; it stands here so that the architecture contracts guard it from its first line.
"""
