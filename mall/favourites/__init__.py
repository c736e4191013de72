"""What a buyer keeps: favourite goods (收藏), followed stores (关注), footprints of what was looked at (足迹)."""
