"""Device checks (设备与网络检测): each PC is tested before class and the result is kept (article 7 (四))."""
