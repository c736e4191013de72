"""Tests of the class: people, seats, claims, timetable, machines."""
