"""Members (成员) of a store: who works in it besides its owner, and what each may do."""
