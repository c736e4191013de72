"""Encrypted fields, keyed fingerprints, masking, and the key file that stays outside the data and their backups."""
