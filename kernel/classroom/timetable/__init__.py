"""The timetable (课表): periods from a template, changed one by one or by the day, and which of them is on now."""
