"""One sale, clicked through by seller, buyer and lecturer, on PC and phone, and on a classroom's plain-http address."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import LAN_NAME, PC, PHONE, Browsers, Person, Screen
from tests.e2e.registering import register

pytestmark = pytest.mark.e2e

TITLE = "秦巴野生板栗 1kg 新栗"

# Asks the server, not the page: while the class jumps, learners wait.
_NOT_JUMPING = "async () => (await (await fetch('/api/v1/sandbox/clock')).json()).state !== 'jumping'"


def enter_class(lecturer: Person, name: str) -> None:
    """The lecturer goes to one of his classes; a log-in leads to the one he was in last."""
    lecturer.page.goto("/teach/classes")
    card = lecturer.page.get_by_role("listitem").filter(has_text=name)
    card.get_by_role("button", name="进入").click()
    lecturer.page.wait_for_url("**/teach")


class Story:
    """The people of one sale and what each of them does."""

    def __init__(
        self, browsers: Browsers, name: str, seller: Screen, buyer: Screen, host: str, who: tuple[str, str]
    ) -> None:
        self.seller = browsers.seat(who[0], seller, host=host, story=name)
        self.buyer = browsers.seat(who[1], buyer, host=host, story=name)
        self.lecturer = browsers.seat("林老师", PC, host=host, story=name)
        self.title = f"{TITLE} {name[-1]}"

    @property
    def people(self) -> tuple[Person, ...]:
        return (self.seller, self.buyer, self.lecturer)

    def open_a_shop(self, shop: str) -> None:
        """The seller opens his store."""
        register(self.seller, shop, intro="自家果园，现摘现发", story="1-open-shop")

    def publish(self) -> None:
        """The seller publishes a product."""
        person = self.seller
        person.page.goto("/desk/products/new")
        person.fill("标题", self.title)
        person.page.locator(".el-select").first.click()
        person.page.get_by_role("option", name="坚果炒货").click()
        for label, value in {"品牌": "云岭", "产地": "浙江临安", "生产许可证编号": "SC11461090000180"}.items():
            person.fill(label, value)
        person.fill("净含量", "180")
        person.fill("保质期", "240")
        person.page.get_by_role("button", name="加图片").first.click()
        person.page.get_by_role("button", name="核桃").first.click()
        person.press("用这张")
        for label, value in {"售价（元）": "39.90", "成本（元）": "18", "库存（件）": "5"}.items():
            person.page.get_by_label(f"单一规格 {label}").fill(value)
        person.look("2-product-editor", whole=True)
        person.press("发布上架")
        person.page.wait_for_url("**/desk/products")
        person.sees(self.title)
        person.look("3-products")
        person.has_room()

    def buy(self) -> None:
        """The buyer finds it, buys two and pays."""
        person = self.buyer
        person.page.goto("/shop")
        person.sees("为你推荐")
        person.look("4-home")
        person.has_room()
        box = person.page.get_by_placeholder("搜商品或店铺").filter(visible=True).first
        box.fill(self.title)
        box.press("Enter")
        person.page.get_by_role("link").filter(has_text=self.title).first.click()
        person.sees("商品介绍")
        person.look("5-item")
        person.has_room()
        person.press("这个价怎么来的", exact=False)
        person.sees("到手合计")
        person.look("6-price-trace")
        person.page.keyboard.press("Escape")
        person.page.get_by_role("button", name="加 1 件").filter(visible=True).first.click()
        person.press("立即购买")
        person.sees("提交订单")
        person.look("7-checkout", whole=True)
        person.press("提交订单")
        person.sees("确认付款")
        person.look("8-cashier")
        person.press("确认付款")
        person.sees("付款成功")
        person.look("9-paid")

    def ship(self) -> None:
        """The seller ships it."""
        person = self.seller
        person.page.goto("/desk/trades")
        person.sees(self.title)
        person.look("10-sales")
        person.press("发货")
        person.sees("运单号由模拟快递给出")
        person.look("11-ship")
        person.press("确认发货")
        person.sees("已发货")

    def deliver(self) -> None:
        """The lecturer sends the class five days forward."""
        person = self.lecturer
        enter_class(person, "12 班")
        person.sees("谁需要我")
        person.look("12-wall")
        person.press("跳到某一天")
        person.page.get_by_role("slider").fill("5")
        person.sees("往后 5 天")
        person.look("13-jump")
        person.press("跳过去")
        expect(person.page.get_by_role("dialog").filter(visible=True)).to_have_count(0)
        person.page.wait_for_function(_NOT_JUMPING)

    def confirm(self) -> None:
        """The buyer confirms receipt."""
        person = self.buyer
        person.page.goto("/shop/trades")
        person.page.get_by_role("link").filter(has_text=self.title).first.click()
        person.sees("已签收")
        person.look("14-delivered", whole=True)
        person.press("确认收货")
        person.page.get_by_role("dialog").get_by_role("button", name="确认收货").click()
        person.sees("已完成")
        person.look("15-finished", whole=True)

    def earn(self) -> None:
        """The seller sees what he has earned."""
        person = self.seller
        person.page.goto("/desk/trades")
        person.page.get_by_role("link").filter(has_text="M").first.click()
        person.sees("这一单赚多少")
        person.sees("36.81")
        person.look("16-earned", whole=True)
        person.has_room()


@pytest.mark.parametrize(
    ("name", "seller", "buyer", "host", "who"),
    [
        ("sale-a", PC, PHONE, "127.0.0.1", ("赵佳", "陈思远")),
        ("sale-b", PHONE, PC, "127.0.0.1", ("陈思远", "赵佳")),
        ("lan-c", PHONE, PHONE, LAN_NAME, ("李雨桐", "王一鸣")),
    ],
)
def test_a_learner_sells_and_another_buys(
    browsers: Browsers, name: str, seller: Screen, buyer: Screen, host: str, who: tuple[str, str]
) -> None:
    story = Story(browsers, name, seller, buyer, host, who)
    if host != LAN_NAME:
        story.open_a_shop(f"山栗小铺{name[-1]}")
    else:
        assert story.buyer.page.evaluate("window.isSecureContext") is False
    story.publish()
    story.buy()
    story.ship()
    story.deliver()
    story.confirm()
    story.earn()
    assert [person.trouble for person in story.people] == [[], [], []]
