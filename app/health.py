"""Health and metrics: live (the process answers), ready (database and Redis answer), and Prometheus on loopback."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.loopback import refuse_strangers
from kernel.http.deps import CurrentRuntime
from kernel.runtime import Runtime

router = APIRouter(include_in_schema=False)

_BACKLOG = text("""
    SELECT (SELECT count(*) FROM kernel_outbox WHERE fanned_at IS NULL)
         + (SELECT count(*) FROM kernel_inbox WHERE state = 'pending') AS waiting,
           (SELECT count(*) FROM kernel_inbox WHERE state = 'parked')
         + (SELECT count(*) FROM kernel_timer WHERE state = 'parked') AS parked
""")


@router.get("/health/live")
async def live() -> dict[str, str]:
    """Answers as long as the process does."""
    return {"status": "live"}


@router.get("/health/ready")
async def ready(runtime: CurrentRuntime) -> Response:
    """Answers 200 when database and Redis answer, else 503 naming which does not."""
    checks = {"database": await _database(runtime), "redis": await _redis(runtime)}
    well = all(checks.values())
    return JSONResponse({"status": "ready" if well else "not_ready", **checks}, status_code=200 if well else 503)


@router.get("/metrics")
async def metrics(request: Request, runtime: CurrentRuntime) -> Response:
    """Returns Prometheus metrics, to this machine only."""
    refuse_strangers(request)
    async with runtime.enter_system() as uow:
        row = (await uow.execute(_BACKLOG)).one()
    gauges = (
        "# TYPE kaidian_events_waiting gauge\n"
        f"kaidian_events_waiting {row.waiting}\n"
        "# TYPE kaidian_parked gauge\n"
        f"kaidian_parked {row.parked}\n"
    )
    return Response(generate_latest() + gauges.encode(), media_type=CONTENT_TYPE_LATEST)


async def _database(runtime: Runtime) -> bool:
    try:
        async with runtime.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True


async def _redis(runtime: Runtime) -> bool:
    try:
        await runtime.redis.ping()
    except (RedisError, OSError):
        return False
    return True
