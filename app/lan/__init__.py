"""How the room reaches this machine: its addresses in the local network, codes to scan, what stands in the way.

Refuses: starting or serving anything (`app.commands`), and certificates (`app.tls`).
"""
