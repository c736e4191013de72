"""The encrypted columns of a person. Whoever writes or reads them takes the context from here."""

from kernel.crypto.rotation import EncryptedColumn

ID_NUMBER = EncryptedColumn("kernel_person", "id_number_sealed")
PHONE = EncryptedColumn("kernel_person", "phone_sealed")
COLUMNS = (ID_NUMBER, PHONE)
