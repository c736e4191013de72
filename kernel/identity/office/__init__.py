"""The office: institutions, accounts of staff, and what each may be. Learners' accounts come from their classes."""
