"""The class's own certificate authority (CA), so that phones in the room may use camera and screen over https.

Owns: making and renewing certificates, keeping their keys outside the data folder, the page that explains how to trust
them, and the plain-http listener that offers it. Refuses: certificates for anything but this machine's own addresses.
"""
