"""Prometheus series of the hub."""

from enum import StrEnum

from prometheus_client import Counter, Gauge

CONNECTIONS = Gauge("kaidian_realtime_connections", "Open sockets of this process.")
TOPICS = Gauge("kaidian_realtime_topics", "Topics this process follows in Redis.")
FRAMES_SENT = Counter("kaidian_realtime_frames_sent", "Frames written to sockets.")
RESYNCS = Counter("kaidian_realtime_resyncs", "Times a socket was told to join a topic afresh.", ["reason"])
FEED_RESTARTS = Counter("kaidian_realtime_feed_restarts", "Times the subscription in Redis broke and was renewed.")
CLOSED = Counter("kaidian_realtime_closed", "Sockets closed by the server.", ["code"])


class Reason(StrEnum):
    """Why a socket lost its place in a topic."""

    SLOW = "slow"
    HISTORY_LOST = "history_lost"
