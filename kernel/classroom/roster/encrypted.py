"""The encrypted column of roster imports: the workbook, as base64."""

from kernel.crypto.rotation import EncryptedColumn

FILE = EncryptedColumn("kernel_roster_import", "file_sealed")
