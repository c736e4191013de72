"""Classes from planning to the end: made, filled with lecturers, opened, closed."""
