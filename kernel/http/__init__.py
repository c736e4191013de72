"""The HTTP edge: sessions and CSRF, unit-of-work dependencies, idempotency, problem+json, request log, metrics."""
