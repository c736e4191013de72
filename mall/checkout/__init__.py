"""Checkout (结算): from lines to a quote, from a quote to trades under one pay order, and its payment."""
