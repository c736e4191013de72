"""Tests of the class: people, seats, timetable, machines."""
