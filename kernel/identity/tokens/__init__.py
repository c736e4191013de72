"""API tokens: a person's way in for a program of his, in the place where he made it."""
