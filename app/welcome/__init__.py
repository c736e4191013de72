"""The first run: whoever sits at the machine makes its first account. Closed for good once there is one."""
