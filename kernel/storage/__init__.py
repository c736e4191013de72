"""Private file storage (私有文件): pictures that people upload, kept inside their sandbox.

Owns: receiving an upload, deciding by its content what it is, deriving marked WebP files from it, the quota, serving.
Refuses: the original bytes (only what was re-encoded is kept), addresses that can be guessed, files without an owner.
"""
