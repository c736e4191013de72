"""Learners who do not exist: names by Faker, ID numbers with right check characters, phones of an invented form.

The region is a province's own code, under which no county keeps a register. The same seed and number, the same person.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from faker import Faker

from kernel import randomness
from kernel.classroom.roster.id_numbers import check_character

PROVINCE = "610000"
FIRST_BIRTH = date(1975, 1, 1)
BIRTH_DAYS = 10_000


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody made up. `number` counts from one."""

    number: int
    name: str
    id_number: str
    phone: str
    gender: str


def invent(seed: int, count: int) -> list[Invented]:
    """Returns so many people with different names, ID numbers and phones."""
    faker = Faker("zh_CN")
    faker.seed_instance(seed)
    names: list[str] = []
    while len(names) < count:
        name = faker.name()
        if name not in names:
            names.append(name)
    return [_person(seed, number, name) for number, name in enumerate(names, start=1)]


def _person(seed: int, number: int, name: str) -> Invented:
    days = randomness.integer(seed, "rehearsal.birth", number, low=0, high=BIRTH_DAYS - 1)
    digits = f"{PROVINCE}{FIRST_BIRTH + timedelta(days=days):%Y%m%d}{number:03d}"
    return Invented(
        number=number,
        name=name,
        id_number=digits + check_character(digits),
        phone=f"1390000{number:04d}",
        gender="男" if number % 2 else "女",
    )
