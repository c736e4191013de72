"""Events between packages: outbox in the business transaction, relay at least once, inbox per handler."""
