"""The encrypted columns of a person and of the records about him. Whoever writes or reads them takes the context from here.

The purposes are those of the keyed hashes by which equal values are found again.
"""

from kernel.crypto.rotation import EncryptedColumn

ID_NUMBER = EncryptedColumn("kernel_person", "id_number_sealed")
PHONE = EncryptedColumn("kernel_person_record", "phone_sealed", bound_as="kernel_person.phone_sealed")
COLUMNS = (ID_NUMBER, PHONE)

ID_NUMBER_PURPOSE = "kernel_person.id_number"
PHONE_PURPOSE = "kernel_person.phone"
