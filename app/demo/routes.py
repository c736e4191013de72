"""HTTP of the demo: the accounts on the log-in page."""

from fastapi import APIRouter, Request

from app.demo.people import ACCOUNTS, DemoAccount
from app.loopback import refuse_other_machines

router = APIRouter(tags=["demo"])


@router.get("/demo-accounts", operation_id="demo_accounts_list")
async def list_accounts(request: Request) -> list[DemoAccount]:
    """Returns the demo accounts. This route exists in a demo only, and answers this machine only."""
    refuse_other_machines(request)
    return list(ACCOUNTS)
