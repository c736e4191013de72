"""What the kernel itself registers."""

from pathlib import Path

from kernel.classroom.devices.routes import checks as device_checks
from kernel.classroom.devices.routes import tests as device_tests
from kernel.classroom.events import ClassOpened, LearnerSeated
from kernel.classroom.roster import encrypted as roster_encrypted
from kernel.classroom.roster.routes import router as roster
from kernel.identity import encrypted as people_encrypted
from kernel.identity.routes import router as session
from kernel.module import Module
from kernel.realtime.routes import router as realtime
from kernel.sandbox.events import ClockChanged
from kernel.sandbox.routes import router as sandbox
from kernel.sandbox.topics import CLOCK, CLOCK_CHANGED
from kernel.storage.routes import router as storage

MODULE = Module(
    name="kernel",
    locales=Path(__file__).with_name("locales"),
    routers=(session, sandbox, realtime, storage, device_tests, device_checks, roster),
    events=(ClockChanged, ClassOpened, LearnerSeated),
    broadcasts=(CLOCK_CHANGED,),
    topics=(CLOCK,),
    encrypted=(*people_encrypted.COLUMNS, roster_encrypted.FILE),
)
