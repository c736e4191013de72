"""The sandbox (实训场次): seed, clock, durable timers, lease and the runner that moves them."""
