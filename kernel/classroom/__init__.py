"""Cohort (班级), Seat (席位), TeachingAssignment: who sits and who teaches in which sandbox."""
