"""The Celery application. Lean on purpose: beat imports only this, workers also import `app.background`."""

from celery import Celery

from kernel import settings


def _broker(redis_url: str) -> str:
    return redis_url.replace("unix://", "redis+socket://", 1)


celery_app = Celery("kaidian", broker=_broker(settings.load().redis_url))
celery_app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_default_queue="work",
    task_routes={"kernel.sandbox.run": {"queue": "sim"}},
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 300},
    enable_utc=True,
    timezone="UTC",
    # A tick that was not taken in time is worthless: the next one does the same.
    beat_schedule={
        "dispatch": {"task": "kernel.sandbox.dispatch", "schedule": 2.0, "options": {"expires": 2.0}},
        "relay": {"task": "kernel.events.relay", "schedule": 2.0, "options": {"expires": 2.0}},
        "look-after-backups": {"task": "app.backup.look", "schedule": 5.0, "options": {"expires": 5.0}},
        "rosters": {"task": "kernel.classroom.rosters", "schedule": 1.0, "options": {"expires": 1.0}},
        "prune": {"task": "kernel.prune", "schedule": 3600.0, "options": {"expires": 600.0}},
        "sweep-files": {"task": "kernel.storage.sweep", "schedule": 3600.0, "options": {"expires": 600.0}},
    },
)
