"""Registration (入驻) of a store: who sells, under what name, with which papers and deposit, under which agreement."""
