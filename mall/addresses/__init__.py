"""Address books (收货地址) of buyers, China's regions down to the county, invented receivers."""
