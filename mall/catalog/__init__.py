"""Goods (商品): SPU and SKU, on and off the shelf, lists and details."""
