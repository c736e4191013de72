"""Money as integer fen (分) and how to share it without losing any.

Yuan exist in formatting only, which is the front end's business. Rates are basis points (`_bp`, 1/10 000).
"""

from collections.abc import Sequence

FEN_LIMIT = 10**12
"""Largest amount accepted anywhere, in fen: ten billion yuan, far inside BIGINT and exact in a JSON number."""


def split(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Splits an amount over weights so that the parts sum to it exactly.

    Largest-remainder method: each part gets the floor of its quota, the fen left over go to the largest remainders, ties
    to the earlier part. All weights zero: the first part gets everything. A negative total is split like its opposite.

    Raises:
        ValueError: no weights, or a negative one.

    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be non-empty and not negative")
    if total_fen < 0:
        return [-part for part in split(-total_fen, weights)]
    weight_sum = sum(weights)
    if weight_sum == 0:
        return [total_fen] + [0] * (len(weights) - 1)
    parts = [total_fen * weight // weight_sum for weight in weights]
    remainders = [total_fen * weight % weight_sum for weight in weights]
    left_over = total_fen - sum(parts)
    for index in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[:left_over]:
        parts[index] += 1
    return parts


def share_bp(amount_fen: int, rate_bp: int) -> int:
    """Returns `rate_bp` basis points of a non-negative amount, half a fen rounded up."""
    return (amount_fen * rate_bp + 5_000) // 10_000
