"""How machines are judged, and which figures are not believed."""

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.classroom.devices import rules, thresholds, wording
from kernel.classroom.devices.measures import DOWNLOAD_BYTES, Download, Latency, Measures
from kernel.classroom.devices.rules import Served, Verdict
from kernel.classroom.devices.thresholds import CURRENT, Level
from tests.kernel.classroom.devices.reports import NOTHING, measures

LIMITS = thresholds.load(CURRENT)
ORDER = [Verdict.PASS, Verdict.WARN, Verdict.FAIL]
SERVED = Served(download_bytes=DOWNLOAD_BYTES, upload_bytes=1_966_080, elapsed_ms=20_000)


def said(**changes: Any) -> list[tuple[str, str]]:
    judgement = rules.judge(measures(**changes), LIMITS)
    return [(finding.code, finding.level.value) for finding in judgement.findings]


class TestThresholds:
    def test_call_official_only_what_article_7_says(self) -> None:
        assert (LIMITS.room_reference_kbit, LIMITS.label) == (100_000, "示例")
        assert "第7条（四）" in LIMITS.room_source

    def test_give_every_machine_its_share_of_the_room(self) -> None:
        """Thirty machines at the good rate fill the recommended line and no more."""
        assert LIMITS.download_good_kbit * 30 <= LIMITS.room_reference_kbit < (LIMITS.download_good_kbit + 100) * 30

    def test_leave_room_between_good_and_bad(self) -> None:
        assert LIMITS.latency_good_ms < LIMITS.latency_bad_ms
        assert LIMITS.download_bad_kbit < LIMITS.download_good_kbit
        assert LIMITS.upload_bad_kbit < LIMITS.upload_good_kbit

    def test_unknown_versions_do_not_exist(self) -> None:
        with pytest.raises(KeyError):
            thresholds.load("device-0")


class TestJudge:
    def test_a_good_machine_passes_without_a_word(self) -> None:
        assert rules.judge(measures(), LIMITS) == rules.Judgement(Verdict.PASS, ())

    def test_what_is_not_measured_is_not_judged(self) -> None:
        judgement = rules.judge(Measures.model_validate(NOTHING), LIMITS)
        assert [finding.code for finding in judgement.findings] == ["camera.skipped"]
        assert judgement.verdict is Verdict.PASS

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"latency": {"median_ms": 80, "jitter_ms": 60, "lost": 0}}, []),
            ({"latency": {"median_ms": 81, "jitter_ms": 0, "lost": 0}}, [("latency.slow", "warn")]),
            ({"latency": {"median_ms": 301, "jitter_ms": 0, "lost": 0}}, [("latency.slow", "fail")]),
            (
                {"latency": {"median_ms": 9, "jitter_ms": 61, "lost": 2}},
                [("latency.uneven", "warn"), ("latency.lost", "warn")],
            ),
            ({"download": {"bytes": 412_500, "ms": 1000}}, []),
            ({"download": {"bytes": 412_499, "ms": 1000}}, [("download.slow", "warn")]),
            ({"download": {"bytes": 249_999, "ms": 1000}}, [("download.slow", "fail")]),
            ({"download": {"bytes": 0, "ms": 4000}}, [("download.failed", "fail")]),
            ({"upload": {"bytes": 187_499, "ms": 1000}}, [("upload.slow", "warn")]),
            ({"upload": {"bytes": 62_499, "ms": 1000}}, [("upload.slow", "fail")]),
            ({"upload": {"bytes": 0, "ms": 4000}}, [("upload.failed", "fail")]),
            ({"socket": {"connected": False, "round_trip_ms": 0}}, [("socket.blocked", "fail")]),
            ({"socket": {"connected": True, "round_trip_ms": 301}}, [("socket.slow", "warn")]),
            ({"media": None}, [("camera.skipped", "note")]),
            (
                {"media": {"camera": "none", "microphone": "none"}},
                [("camera.none", "note"), ("microphone.none", "note")],
            ),
            ({"media": {"camera": "insecure", "microphone": "insecure"}}, [("camera.insecure", "note")]),
            (
                {"media": {"camera": "denied", "microphone": "busy"}},
                [("camera.denied", "warn"), ("microphone.busy", "warn")],
            ),
            (
                {"media": {"camera": "busy", "microphone": "denied"}},
                [("camera.busy", "warn"), ("microphone.denied", "warn")],
            ),
            ({"clock_offset_ms": 30_000}, []),
            ({"clock_offset_ms": -30_001}, [("clock.off", "warn")]),
            ({"screen": {"width": 1279, "height": 720, "touch": False}}, [("screen.narrow", "warn")]),
            ({"screen": {"width": 390, "height": 844, "touch": True}}, []),
            ({"storage": {"cookies": False, "local": False}}, [("storage.cookies", "fail"), ("storage.local", "warn")]),
            ({"hardware": {"cores": 1, "memory_gb": 3}}, [("hardware.memory", "note"), ("hardware.cores", "note")]),
            ({"hardware": {"cores": None, "memory_gb": None}}, []),
        ],
    )
    def test_says_what_is_wrong(self, changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
        assert said(**changes) == expected

    @pytest.mark.parametrize(
        ("name", "version", "missing", "in_app", "expected"),
        [
            ("chromium", 109, [], False, []),
            ("chromium", 108, [], False, [("browser.old", "fail")]),
            ("safari", 15, [], False, []),
            ("safari", 14, [], False, [("browser.old", "fail")]),
            ("firefox", 115, [], False, []),
            ("other", 0, [], False, [("browser.unknown", "note")]),
            ("other", 0, ["web_socket"], False, [("browser.missing", "fail")]),
            ("chromium", 108, ["css_grid"], False, [("browser.missing", "fail")]),
            ("chromium", 130, [], True, [("browser.in_app", "note")]),
        ],
    )
    def test_knows_browsers(
        self, name: str, version: int, missing: list[str], in_app: bool, expected: list[tuple[str, str]]
    ) -> None:
        browser = {"name": name, "version": version, "system": "windows", "in_app": in_app, "missing": missing}
        assert said(browser=browser) == expected

    @given(ms=st.integers(1, 60_000), more_bytes=st.integers(0, 4_000_000), size=st.integers(1, 4_000_000))
    def test_never_likes_a_slower_line_better(self, ms: int, more_bytes: int, size: int) -> None:
        slow = rules.judge(measures(download={"bytes": size, "ms": ms}), LIMITS).verdict
        fast = rules.judge(measures(download={"bytes": size + more_bytes, "ms": ms}), LIMITS).verdict
        assert ORDER.index(fast) <= ORDER.index(slow)

    @given(ms=st.integers(0, 60_000), more=st.integers(0, 60_000))
    def test_never_likes_a_longer_way_better(self, ms: int, more: int) -> None:
        def of(median: int) -> Verdict:
            return rules.judge(measures(latency={"median_ms": median, "jitter_ms": 0, "lost": 0}), LIMITS).verdict

        assert ORDER.index(of(ms)) <= ORDER.index(of(min(60_000, ms + more)))

    @given(
        st.builds(Latency, median_ms=st.integers(0, 60_000), jitter_ms=st.integers(0, 60_000), lost=st.integers(0, 9))
    )
    def test_takes_its_verdict_from_the_worst_finding(self, latency: Latency) -> None:
        judgement = rules.judge(measures(latency=latency.model_dump()), LIMITS)
        levels = {finding.level for finding in judgement.findings}
        worst = Verdict.FAIL if Level.FAIL in levels else Verdict.WARN if Level.WARN in levels else Verdict.PASS
        assert judgement.verdict is worst


class TestRate:
    @given(size=st.integers(0, DOWNLOAD_BYTES), ms=st.integers(1, 60_000))
    def test_is_rounded_down(self, size: int, ms: int) -> None:
        rate = rules.rate_kbit(Download(bytes=size, ms=ms))
        assert rate * ms <= size * 8 < (rate + 1) * ms

    def test_is_said_in_megabits(self) -> None:
        assert [rules.megabits(kbit) for kbit in (0, 99, 100, 3_399, 100_000)] == ["0.0", "0.0", "0.1", "3.3", "100.0"]


class TestImplausible:
    def test_figures_are_pointed_at(self) -> None:
        assert rules.find_implausible(measures(), SERVED) == []
        wrong = measures(download={"bytes": 8_000_000, "ms": 20_001}, upload={"bytes": 2_000_000, "ms": 1})
        assert rules.find_implausible(wrong, SERVED) == ["download/ms", "upload/bytes", "upload/ms"]

    def test_rate_is_more_than_any_machine_has(self) -> None:
        assert rules.find_implausible(measures(download={"bytes": 8_000_000, "ms": 6}), SERVED) == ["download/ms"]
        assert rules.find_implausible(measures(download={"bytes": 8_000_000, "ms": 7}), SERVED) == []

    @given(served=st.integers(0, DOWNLOAD_BYTES), claimed=st.integers(0, DOWNLOAD_BYTES))
    def test_bytes_are_those_that_were_never_sent(self, served: int, claimed: int) -> None:
        wrong = rules.find_implausible(
            measures(download={"bytes": claimed, "ms": 10_000}),
            Served(download_bytes=served, upload_bytes=2_000_000, elapsed_ms=20_000),
        )
        assert wrong == (["download/bytes"] if claimed > served else [])

    def test_records_lack_nothing_but_camera_and_microphone(self) -> None:
        assert rules.find_missing(Measures.model_validate(NOTHING)) == list(rules.REQUIRED)
        assert rules.find_missing(measures(media=None)) == []


class TestSum:
    def test_adds_up_and_finds_the_weakest(self) -> None:
        slow = measures(download={"bytes": 250_000, "ms": 1000}, latency={"median_ms": 90, "jitter_ms": 0, "lost": 0})
        figures = rules.sum_up([(Verdict.PASS, measures()), (Verdict.WARN, slow)])
        assert (figures.checked, figures.passed, figures.warned, figures.failed) == (2, 1, 1, 0)
        assert (figures.download_sum_kbit, figures.download_least_kbit) == (42_000, 2_000)
        assert (figures.upload_sum_kbit, figures.latency_most_ms) == (20_970, 90)

    def test_of_nobody_is_nothing(self) -> None:
        figures = rules.sum_up([])
        assert (figures.checked, figures.download_sum_kbit, figures.download_least_kbit) == (0, 0, None)


class TestWords:
    def test_say_every_finding_and_its_cure(self) -> None:
        codes = {*LIMITS.levels, "latency.slow", "download.slow", "upload.slow"}
        findings = {code for code in wording.catalogue().codes() if wording.of_finding(code, {}).detail}
        assert findings == codes

    def test_are_all_used(self) -> None:
        """What is no finding is named in the code, or is the value of an enum."""
        folder = Path(rules.__file__).parent
        named = {
            node.value
            for path in folder.glob("*.py")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        values = ("browser_name.", "system_name.", "verdict.", "media.")
        rest = {code for code in wording.catalogue().codes() if not wording.of_finding(code, {}).detail}
        assert {
            code for code in rest if not code.startswith(values) and not {code, code.removeprefix("form.")} & named
        } == set()
