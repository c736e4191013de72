"""Store numbers (店铺数据): the seller's day, the reconciliation."""
