"""The encrypted columns of a person, and under which purposes equal values are found again."""

from kernel.crypto.rotation import EncryptedColumn

ID_NUMBER = EncryptedColumn("kernel_person", "id_number_sealed")
PHONE = EncryptedColumn("kernel_person", "phone_sealed")
COLUMNS = (ID_NUMBER, PHONE)

ID_NUMBER_PURPOSE = "kernel_person.id_number"
PHONE_PURPOSE = "kernel_person.phone"
