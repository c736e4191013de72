"""The list of a class (名单): its seats, their PINs, and what the lecturer may do to each of them."""
