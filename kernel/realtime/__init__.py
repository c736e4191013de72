"""The realtime hub: topics over one WebSocket a page, fan-out over Redis, resume, snapshots, one-time tickets.

`publishing` writes frames, `hub` carries them to sockets, `routes` lets sockets in. It tells browsers that something
has changed; the truth stays in the database, and losing all of Redis costs each client one fresh snapshot.
"""
