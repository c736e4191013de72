"""People who do not exist: names, ID numbers with right check characters, phones. The same number, the same person.

Names are drawn from short lists; the region is a province's own code, under which no county keeps a register.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.classroom.roster.id_numbers import check_character

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "一二三文武春夏秋冬安宁平和乐欣悦明亮光辉建国志远思齐雨晴雪梅兰竹菊松柏云霞"
FIRST_BIRTH = date(1975, 1, 1)
BIRTH_DAYS = 9000


@dataclass(frozen=True, slots=True)
class Made:
    """Somebody made up."""

    name: str
    id_number: str
    phone: str
    gender: str


def made(number: int) -> Made:
    """Returns the person of a number from 0 to 8 990 999; different numbers have different ID numbers and phones."""
    born = FIRST_BIRTH + timedelta(days=number % BIRTH_DAYS)
    sequence = number // BIRTH_DAYS + 1
    digits = f"610000{born:%Y%m%d}{sequence:03d}"
    surname = SURNAMES[number % len(SURNAMES)]
    given = GIVEN[number // 7 % len(GIVEN)] + GIVEN[number // 3 % len(GIVEN)]
    return Made(
        name=surname + given,
        id_number=digits + check_character(digits),
        phone=f"139{number:08d}",
        gender="男" if sequence % 2 else "女",
    )


def people(count: int, *, start: int = 0) -> Iterator[Made]:
    """Yields so many different people."""
    return (made(number) for number in range(start, start + count))
