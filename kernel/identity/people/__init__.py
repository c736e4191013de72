"""People as those who answer for them see them: masked, and in full only for a reason that is kept."""
