"""Every table of the kernel, imported so that the metadata is complete."""

from kernel.classroom.claims.models import ClassRequest
from kernel.classroom.console.models import Intervention, Notice
from kernel.classroom.devices.models import DeviceCheck
from kernel.classroom.models import Cohort, Period, Seat, TeachingAssignment
from kernel.classroom.roster.models import RosterImport
from kernel.events.models import Inbox, Outbox
from kernel.http.idempotency_models import IdempotentAnswer
from kernel.identity.models import (
    Account,
    EndedSession,
    Institution,
    LoginEvent,
    LoginGuard,
    LoginSession,
    Person,
    PersonRecord,
    Reveal,
    RoleGrant,
)
from kernel.sandbox.models import Lease, Sandbox, StateLog, Timer
from kernel.sandbox.snapshots.models import Snapshot, SnapshotChunk
from kernel.storage.models import StorageUsage, StoredFile

TABLES = (
    Account,
    ClassRequest,
    Cohort,
    DeviceCheck,
    EndedSession,
    IdempotentAnswer,
    Inbox,
    Institution,
    Intervention,
    Lease,
    LoginEvent,
    LoginGuard,
    LoginSession,
    Notice,
    Outbox,
    Period,
    Person,
    PersonRecord,
    Reveal,
    RoleGrant,
    RosterImport,
    Sandbox,
    Seat,
    Snapshot,
    SnapshotChunk,
    StateLog,
    StorageUsage,
    StoredFile,
    TeachingAssignment,
    Timer,
)
