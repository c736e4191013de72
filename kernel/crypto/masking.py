"""Personal data as those see them who need not know all of it. Pure; what is masked cannot be had back from the mask.

The patterns are 示例: those that public notices and parcel labels in China commonly use. No regulation fixes them; it asks
for “de-identified display” only (Source: GB/T 35273-2020 §7.2). An ID number keeps three digits of its region and its
last four, so neither the birthday nor the county can be read off.
"""

ID_NUMBER_LENGTH = 18
PHONE_LENGTH = 11
STAR = "*"


def mask_id_number(value: str) -> str:
    """Returns `610***********1234`; a value of any other length is masked in full."""
    return _keep(value, 3, 4) if len(value) == ID_NUMBER_LENGTH else STAR * len(value)


def mask_phone(value: str) -> str:
    """Returns `138****1234`; a value of any other length is masked in full."""
    return _keep(value, 3, 4) if len(value) == PHONE_LENGTH else STAR * len(value)


def mask_name(value: str) -> str:
    """Returns `李*桐`, `欧**娜`, and of a name of two characters the first only: `李*`."""
    two = 2
    return _keep(value, 1, 1) if len(value) > two else value[: len(value) - 1] + STAR * min(len(value), 1)


def mask_login(value: str) -> str:
    """Returns `zh******` whatever the length: its owner knows it again, and nobody else can type it."""
    return value[:2] + STAR * 6


def _keep(value: str, head: int, tail: int) -> str:
    return value[:head] + STAR * (len(value) - head - tail) + value[-tail:]
