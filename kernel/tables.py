"""Every table of the kernel, imported so that the metadata is complete."""

from kernel.classroom.models import Cohort, Seat, TeachingAssignment
from kernel.events.models import Inbox, Outbox
from kernel.http.idempotency_models import IdempotentAnswer
from kernel.identity.models import Account, Institution, LoginSession
from kernel.sandbox.models import Lease, Sandbox, StateLog, Timer
from kernel.sandbox.snapshots.models import Snapshot, SnapshotChunk
from kernel.storage.models import StorageUsage, StoredFile

TABLES = (
    Account,
    Cohort,
    IdempotentAnswer,
    Inbox,
    Institution,
    Lease,
    LoginSession,
    Outbox,
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
