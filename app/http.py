"""The web process: composes the packages into one FastAPI application."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from app import flat_routes, health, modules
from app.demo import routes as demo
from app.lan.routes import router as entrance
from app.tls import routes as tls
from app.web_files import Leftover, WebFiles
from app.welcome import routes as welcome
from kernel import logs, settings
from kernel.classroom.devices.routes import sockets as device_sockets
from kernel.clock import WallClock
from kernel.http import problem
from kernel.http.middleware import Edge
from kernel.realtime.gate import Gate
from kernel.realtime.routes import sockets
from kernel.runtime import Runtime
from kernel.settings import Settings


class _Site(FastAPI):
    """The application inside its edge: the answer to an unforeseen failure, too, gets its headers and its log line."""

    def build_middleware_stack(self) -> ASGIApp:
        """Returns everything a request passes through, the edge outermost."""
        return Edge(super().build_middleware_stack())


def _collect_less() -> None:
    """Leaves what lives as long as the process out of garbage collection: a tenth of a request's time went there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def create_app(configured: Settings | None = None, *, wall: WallClock | None = None) -> FastAPI:
    """Returns the application; it opens database and Redis when it starts and closes them when it stops."""
    chosen = configured or settings.load()
    logs.configure(as_json=chosen.log_json)
    catalogue = modules.catalogue()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        runtime = Runtime.open(chosen, application_name="kaidian-web", wall=wall)
        app.state.runtime = runtime
        try:
            async with Gate.opened(runtime, chosen.redis_url, topics=modules.topics(), catalogue=catalogue) as gate:
                app.state.realtime = gate
                _collect_less()
                yield
        finally:
            await runtime.close()

    app = _Site(title="Kaidian 开店沙盘", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.router.redirect_slashes = False
    problem.install(app, catalogue)
    api = APIRouter(prefix="/api/v1")
    for module in modules.MODULES:
        for router in module.routers:
            api.include_router(router)
    api.include_router(welcome.router)
    if chosen.demo:
        api.include_router(demo.router)
    api.include_router(entrance)
    flat_routes.include(app, api)
    app.include_router(sockets)
    app.include_router(device_sockets)
    flat_routes.include(app, health.router)
    if chosen.tls_authority:
        tls.install(app, authority=Path(chosen.tls_authority))
    app.router.routes.append(Leftover("/{path:path}", WebFiles(chosen.web_dist).serve, include_in_schema=False))
    return app
