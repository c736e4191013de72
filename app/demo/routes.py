"""HTTP of the demo: the accounts on the log-in page."""

import ipaddress

from fastapi import APIRouter, Request

from app.demo.people import ACCOUNTS, DemoAccount
from kernel.errors import NotFound

router = APIRouter(tags=["demo"])


@router.get("/demo-accounts", operation_id="demo_accounts_list")
async def list_accounts(request: Request) -> list[DemoAccount]:
    """Returns the demo accounts. This route exists in a demo only, and answers this machine only."""
    if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
        raise NotFound("kernel.request.no_such_page")
    return list(ACCOUNTS)
