"""How far an institution (house, 培训机构) reaches into an account. An account is one over all institutions.

So whoever changes it for one of them must prove that he changes it for no other: an account that sits in a class of
another institution, or holds a role that this one cannot give, is the operator's to change.
"""

OWN_HOUSE = "(SELECT CAST(:institution_id AS uuid) AS institution_id) h"
"""A row `h` that names the institution which acts."""

USED_ELSEWHERE = """
    (EXISTS (SELECT 1 FROM kernel_seat s WHERE s.account_id = a.id AND s.institution_id <> h.institution_id)
     OR EXISTS (SELECT 1 FROM kernel_role_grant g
                 WHERE g.account_id = a.id AND g.revoked_at IS NULL
                   AND (g.institution_id IS DISTINCT FROM h.institution_id
                        OR g.role NOT IN ('institution', 'lecturer'))))
"""
"""Whether the account `a` is more than a thing of the institution `h`. To be asked in the system scope: what is elsewhere
is hidden from whoever asks. A seat from which somebody has withdrawn counts, for he may be taken back."""
