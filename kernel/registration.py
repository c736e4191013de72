"""What the kernel itself registers."""

from pathlib import Path

from kernel.classroom.claims.routes import router as claims
from kernel.classroom.classes.routes import router as classes
from kernel.classroom.console.notices import NOTICES, NOTICES_CHANGED
from kernel.classroom.console.routes import router as console
from kernel.classroom.devices.routes import checks as device_checks
from kernel.classroom.devices.routes import tests as device_tests
from kernel.classroom.events import ClassOpened, LearnerSeated, NoticesChanged
from kernel.classroom.roster import encrypted as rosters
from kernel.classroom.roster.routes import router as roster
from kernel.classroom.seats import pins
from kernel.classroom.seats.routes import router as seats
from kernel.classroom.timetable.routes import router as timetable
from kernel.identity.credentials.routes import router as credentials
from kernel.identity.logins.routes import router as logins
from kernel.identity.office.routes import router as office
from kernel.identity.people import sealed
from kernel.identity.people.routes import router as people
from kernel.identity.places.routes import router as places
from kernel.identity.routes import router as session
from kernel.identity.tokens.routes import router as tokens
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
    routers=(
        session,
        places,
        tokens,
        credentials,
        logins,
        office,
        people,
        sandbox,
        snapshots,
        realtime,
        storage,
        claims,
        seats,
        classes,
        timetable,
        console,
        device_tests,
        device_checks,
        roster,
    ),
    events=(ClockChanged, SandboxRolledBack, ClassOpened, LearnerSeated, NoticesChanged),
    broadcasts=(CLOCK_CHANGED, ROLLED_BACK, NOTICES_CHANGED),
    topics=(CLOCK, NOTICES),
    encrypted=(pins.SEALED, *sealed.COLUMNS, rosters.FILE),
)
