"""Wrong input made from a route's own schema: every field wrong in every way that its type allows."""

import json
from collections.abc import Iterator
from typing import Any

from kernel.http.middleware import BODY_LIMIT
from tests.goods import product, sku
from tests.kernel.classroom.devices.reports import GOOD

ADDRESS = {
    "label": "home",
    "name": "周宁",
    "phone": "13800000427",
    "region_code": "330106",
    "street": "沙盘路 88 号",
    "is_default": False,
}

MUSHROOMS: dict[str, Any] = product(
    "野生菌子",
    detail=[{"kind": "text", "text": "晒干"}, {"kind": "picture", "picture": {"kind": "art", "key": "honey"}}],
    merchant_code="JZ-1",
    freight_template_id=None,
    specs=[{"name": "净含量", "values": ["250g"]}],
    skus=[sku("250g", price_fen=100, market_price_fen=200, cost_fen=50, code="JZ-1-250", weight_g=250, picture=None)],
)

TEMPLATE: dict[str, Any] = {
    "name": "全国通用",
    "charge_by": "weight",
    "tariff": {"first": 1000, "first_fen": 800, "more": 1000, "more_fen": 200},
    "rows": [{"regions": ["65"], "first": 1000, "first_fen": 1800, "more": 1000, "more_fen": 900}],
    "free": [{"regions": ["61"], "min_fen": 9900, "min_pieces": 2}],
    "not_delivered": ["81"],
    "is_default": True,
}
RIGHT: dict[str, Any] = {
    "device_tests_judge": {"measures": GOOD},
    "device_checks_keep": {"test": "x" * 32, "place": {"code": "AB12CD", "seat_number": 7}, "measures": GOOD},
    "session_sign_in": {"login": "nobody-asked-for", "password": "nothing"},
    "session_place_choose": {"kind": "class", "id": "01a20a17-cc02-70f1-a8c7-99958820069e"},
    "session_tokens_make": {"name": "进货脚本", "days": 30, "read_only": True},
    "session_password_change": {"current": "nothing", "new": "shanhuo2026"},
    "mall_searches_count": {"q": "蜂蜜"},
    "institutions_add": {"name": "示例培训学校", "region_code": "610100"},
    "institutions_rename": {"name": "示例培训学校"},
    "accounts_add": {"login": "lin", "display_name": "林老师", "grant": {"role": "officer", "region_code": "610000"}},
    "accounts_set_state": {"state": "disabled"},
    "accounts_grants_give": {"role": "officer", "region_code": "610000"},
    "people_reveal": {"field": "phone", "reason": "核对名册"},
    "welcome_make": {
        "institution": "示例培训学校",
        "region_code": "610100",
        "display_name": "林老师",
        "login": "lin",
        "password": "shanhuo2026",
    },
    "claims_preview": {"class_code": "AB12CD", "pin": "07-483920"},
    "claims_make": {"class_code": "AB12CD", "pin": "07-483920", "login": "ab12cd-07", "password": "shanhuo2026"},
    "claims_requests_join": {"class_code": "AB12CD", "name": "钱来迟", "phone_tail": "8000"},
    "claims_requests_password": {"class_code": "AB12CD", "login": "ab12cd-07"},
    "classroom_seats_add": {"name": "钱来迟", "number": 30, "id_number": None, "phone": None},
    "classroom_seats_change": {"name": "钱来迟", "number": 3, "id_number": None, "phone": None},
    "classroom_seats_undo_claim": {"reason": "拿错了条子"},
    "classroom_seats_withdraw": {"reason": "家里有事"},
    "classroom_seats_readmit": {"reason": "又回来了"},
    "classroom_requests_let_in": {"seat_id": None},
    "classroom_requests_refuse": {"reason": "不在这个班"},
    "classroom_requests_refuse_all": {"kind": "join", "reason": "请到讲台找老师"},
    "sandbox_clock_set_speed": {"speed": 60},
    "sandbox_clock_jump": {"target_sim_at": "2026-11-01T09:00:00"},
    "sandbox_parked_replay_delivery": {
        "event_id": "01a20a17-cc02-70f1-a8c7-99958820069e",
        "handler": "mall.badges.broadcast",
    },
    "sandbox_snapshots_make": {"name": "第一节课"},
    "classroom_classes_create": {
        "name": "网创 13 班",
        "starts_on": "2026-12-07",
        "is_trial": False,
        "template": "week-1",
        "skip_dates": ["2026-12-13"],
        "lecturer": None,
        "second_lecturer": None,
    },
    "classroom_classes_change": {"name": "网创 12 班", "starts_on": None, "is_trial": None},
    "classroom_lecturers_add": {"login": "nobody"},
    "classroom_periods_make": {"template": "week-1", "starts_on": "2026-11-30", "skip_dates": []},
    "classroom_periods_change": {
        "kind": "practice",
        "topic": "发布商品",
        "starts_at": "2026-10-12T10:00:00+08:00",
        "ends_at": "2026-10-12T10:45:00+08:00",
    },
    "classroom_periods_shift_day": {"from_date": "2026-10-12", "to_date": "2027-01-15"},
    "classroom_notices_send": {"text": "下午两点继续"},
    "mall_resets_make": {"reason": "重新来过"},
    "mall_registration_begin": {"name": "山货铺", "intro": "好货"},
    "mall_registration_subject": {"kind": "personal", "exemption": "farm"},
    "mall_registration_store": {
        "name": "山货铺",
        "intro": "好货",
        "logo": {"kind": "art", "key": "honey"},
        "categories": ["food"],
    },
    "mall_registration_papers": {"codes": []},
    "mall_registration_agree": {"version": "teaching-1", "agreed": True},
    "mall_registrations_approval": {"approval": "lecturer"},
    "mall_registrations_return": {"remarks": [{"field": "name", "reason": "店名和类目对不上"}]},
    "mall_desk_shop_update": {
        "name": "山货铺",
        "intro": "好货",
        "notice": "今天发货",
        "logo": {"kind": "art", "key": "honey"},
        "duty_from_minute": 540,
        "duty_to_minute": 1200,
    },
    "mall_desk_shop_return_address": {"region_code": "610100"},
    "mall_members_invite": {"seat_id": "01a20a17-cc02-70f1-a8c7-99958820069e", "role": "service"},
    "mall_freight_create": TEMPLATE,
    "mall_freight_change": TEMPLATE,
    "mall_freight_preview": {
        "template": TEMPLATE,
        "quantity": 2,
        "weight_g": 600,
        "amount_fen": 5900,
        "region_code": "650100",
    },
    "mall_desk_products_create": {**MUSHROOMS, "on_shelf": True},
    "mall_desk_products_change": {**MUSHROOMS, "on_shelf": None},
    "mall_desk_products_judge": MUSHROOMS,
    "mall_desk_products_change_many": {
        "ids": ["01a20a17-cc02-70f1-a8c7-99958820069e"],
        "change": {"kind": "put_on_shelf"},
    },
    "mall_desk_drafts_begin": MUSHROOMS,
    "mall_desk_drafts_save": MUSHROOMS,
    "mall_desk_skus_set_price": {"price_fen": 100},
    "mall_stock_adjust": {"delta": 1, "reason": "盘点"},
    "mall_cart_add": {"sku_id": "01a20a17-cc02-70f1-a8c7-99958820069e", "quantity": 1},
    "mall_cart_change": {"quantity": 1, "selected": True},
    "mall_cart_swap": {
        "sku_id": "01a20a17-cc02-70f1-a8c7-99958820069e",
        "to_sku_id": "01a20a17-cc02-70f1-a8c7-99958820069f",
        "quantity": 1,
    },
    "mall_cart_select": {"sku_ids": ["01a20a17-cc02-70f1-a8c7-99958820069e"], "selected": True},
    "mall_cart_remove_many": {"sku_ids": ["01a20a17-cc02-70f1-a8c7-99958820069e"]},
    "mall_addresses_add": ADDRESS,
    "mall_addresses_change": ADDRESS,
    "mall_footprints_make": {"product_id": "01a20a17-cc02-70f1-a8c7-99958820069e"},
    "mall_quotes_make": {
        "lines": [{"sku_id": "01a20a17-cc02-70f1-a8c7-99958820069e", "quantity": 1}],
        "address_id": None,
    },
    "mall_trades_place": {
        "lines": [{"sku_id": "01a20a17-cc02-70f1-a8c7-99958820069e", "quantity": 1}],
        "expected_total_fen": 5900,
        "address_id": None,
        "remarks": [{"shop_id": "01a20a17-cc02-70f1-a8c7-99958820069e", "text": "轻放"}],
        "from_cart": False,
    },
    "mall_desk_trades_ship": {
        "carrier": "moni",
        "tracking_number": None,
        "lines": None,
    },
    "mall_desk_trades_ship_many": {
        "carrier": "moni",
        "rows": [{"trade_id": "01a20a17-cc02-70f1-a8c7-99958820069e", "tracking_number": None}],
    },
    "mall_desk_trades_reprice": {
        "lines": [{"line_id": "01a20a17-cc02-70f1-a8c7-99958820069e", "amount_fen": 5000}],
        "freight_fen": 0,
    },
    "mall_desk_trades_close": {"reason": "seller_out_of_stock"},
    "mall_desk_trades_memo": {"memo": "老客户", "flag": "red"},
    "mall_desk_trades_answer_address": {"agree": True},
    "mall_desk_trades_readdress": {"address": "练习街 8 号 2 幢"},
    "mall_desk_trades_grant": {"days": 3},
    "mall_desk_parcels_resend": {"carrier": "moni", "tracking_number": None},
    "mall_desk_waybills_give": {"carrier": "moni", "count": 2},
    "mall_trades_ask_address": {"choice": 1},
    "mall_pay_orders_attempt": {"channel": "wallet", "outcome": "refused", "expected_total_fen": 5900},
}
"""A right body of every route that takes one. A new route without one fails the test."""

WRONG_TEXTS = ["\x00", "a\x00b", "\x07", "\x1b[2J", "\ud800", "\u202etxt", "\x7f"]
WRONG_KINDS: dict[str, list[Any]] = {
    "string": [*WRONG_TEXTS, "长" * 5000, 7, True, [], {}],
    "integer": [-(10**400), 10**400, 2**63, -(2**63) - 1, 1.5, float("nan"), float("inf"), "7", "x", True, [], {}],
    "boolean": [2, "perhaps", 1.5, [], {}],
    "array": [7, "x", {}, [None], ["x"], [[]]],
    "object": [7, "x", [], {"unknown": 1}],
}
NOT_THE_BODY: list[bytes] = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"7",
    b"NaN",
    b"{",
    b"{]",
    b"\xff\xfe",
    b"\x00",
    b"name=%E4%BA%91",
    b"[" * 50_000 + b"]" * 50_000,
    b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    b"9" * 5_000,
]
TOO_LARGE = b'{"padding":"' + b"a" * BODY_LIMIT + b'"}'


def wrong_bodies(schema: dict[str, Any], right: Any) -> Iterator[tuple[str, bytes]]:
    """Yields (what is wrong, body). Every one must be refused as such, wherever it is sent."""
    for number, raw in enumerate(NOT_THE_BODY):
        yield f"no body of this route, {number}", raw
    yield "an unknown field", _dump({**right, "unknown": 1})
    for name, part in schema["properties"].items():
        if name in schema.get("required", ()):
            yield f"{name} missing", _dump({key: value for key, value in right.items() if key != name})
        for value in _wrong_values(part):
            yield f"{name} = {value!r}"[:80], _dump({**right, name: value})
    yield from _wrong_elements(schema, right)


def _wrong_elements(schema: dict[str, Any], right: Any) -> Iterator[tuple[str, bytes]]:
    for name, part in schema["properties"].items():
        if part.get("type") != "array":
            continue
        if "properties" not in part["items"]:
            yield from (
                (f"{name}/0 = {value!r}"[:80], _dump({**right, name: [value]}))
                for value in _wrong_values(part["items"])
            )
            continue
        for raw_label, raw in wrong_bodies(part["items"], right[name][0]):
            if not raw_label.startswith("no body"):
                yield f"{name}/0/{raw_label}", _dump({**right, name: [json.loads(raw)]})


def _wrong_values(schema: dict[str, Any]) -> Iterator[Any]:
    kinds = set(_kinds(schema))
    if "null" not in kinds:
        yield None
    [kind] = kinds - {"null"}
    yield from WRONG_KINDS[kind]


def _kinds(schema: dict[str, Any]) -> Iterator[str]:
    choices = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    for choice in choices:
        yield from _kinds(choice)
    if not choices:
        yield schema["type"]


def _dump(value: Any) -> bytes:
    return json.dumps(value).encode()
