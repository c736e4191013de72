"""No full ID number or phone leaves the installation where the role has no right to it."""
