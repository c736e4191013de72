"""HTTP of the demo: the accounts on the log-in page."""

from fastapi import APIRouter

from app.demo.people import ACCOUNTS, DemoAccount

router = APIRouter(tags=["demo"])


@router.get("/demo-accounts", operation_id="demo_accounts_list")
async def list_accounts() -> list[DemoAccount]:
    """Returns the demo accounts; this route exists in a demo only, which binds to this machine alone."""
    return list(ACCOUNTS)
