"""What the kernel itself registers."""

from pathlib import Path

from kernel.classroom.events import ClassOpened, LearnerSeated
from kernel.identity.routes import router as session
from kernel.module import Module
from kernel.realtime.routes import router as realtime
from kernel.sandbox.events import ClockChanged, SandboxRolledBack
from kernel.sandbox.routes import router as sandbox
from kernel.sandbox.snapshots.routes import router as snapshots
from kernel.sandbox.topics import CLOCK, CLOCK_CHANGED, ROLLED_BACK
from kernel.storage.routes import router as storage

MODULE = Module(
    name="kernel",
    locales=Path(__file__).with_name("locales"),
    routers=(session, sandbox, snapshots, realtime, storage),
    events=(ClockChanged, SandboxRolledBack, ClassOpened, LearnerSeated),
    broadcasts=(CLOCK_CHANGED, ROLLED_BACK),
    topics=(CLOCK,),
)
