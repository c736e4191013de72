"""People of a rehearsal do not exist, and are always the same."""

import re

from app.rehearsal import people
from kernel.classroom.roster import id_numbers


class TestInvent:
    def test_makes_different_people_with_right_numbers(self) -> None:
        made = people.invent(1, 30)
        for values in ([p.name for p in made], [p.id_number for p in made], [p.phone for p in made]):
            assert len(set(values)) == 30
        for person in made:
            assert id_numbers.check_character(person.id_number[:17]) == person.id_number[17]
            assert re.fullmatch(r"1\d{2}0000\d{4}", person.phone)

    def test_makes_the_same_people_for_the_same_seed(self) -> None:
        assert people.invent(7, 5) == people.invent(7, 5)
        assert people.invent(7, 5) != people.invent(8, 5)
