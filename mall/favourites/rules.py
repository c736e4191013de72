"""How much a buyer keeps. Pure. 示例: the large platforms keep more, a class needs no more."""

FAVOURITES = 200
FOLLOWED_SHOPS = 100
FOOTPRINTS = 100
"""Of footprints the oldest go first; favourites and followed stores are refused when full."""
