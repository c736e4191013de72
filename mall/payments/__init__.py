"""Pay orders (支付单) and the simulated cashier (收银台)."""
