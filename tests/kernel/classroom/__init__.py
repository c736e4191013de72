"""Tests of the class: people, rosters, seats, claims, timetable, machines."""
