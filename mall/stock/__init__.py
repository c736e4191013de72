"""Stock (库存): buckets per SKU, holds, append-only ledger."""
