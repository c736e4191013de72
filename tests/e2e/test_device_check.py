"""A machine is checked before class, and the lecturer sees it turn green."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e.people import Browsers
from tests.faults.installation import Installation

pytestmark = pytest.mark.e2e
CAMERA = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
