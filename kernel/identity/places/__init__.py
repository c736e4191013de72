"""Where a person can be: the classes he sits or teaches in, and the roles he holds. He is in one at a time."""
