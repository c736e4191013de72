"""Deriving pictures: what is refused, and what the kept files look like."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from kernel.errors import Invalid
from kernel.storage import pictures, rules
from kernel.storage.pictures import Derived
from tests.kernel.storage import photos

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def derive(folder: Path, content: bytes) -> Derived:
    path = folder / "upload"
    path.write_bytes(content)
    return pictures.derive(path)


def refusal(folder: Path, content: bytes) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        derive(folder, content)
    (error,) = caught.value.errors
    return error.pointer, error.code


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def near(pixel: object, colour: tuple[int, ...], tolerance: int = 24) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(pixel[:3], colour, strict=True))


class TestDerive:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_accepts_each_of_the_three_kinds(self, tmp_path: Path, kind: str) -> None:
        derived = derive(tmp_path, photos.encoded(photos.quarters(), kind))
        main, thumb = opened(derived.main), opened(derived.thumb)
        assert (main.format, main.size) == ("WEBP", (800, 600))
        assert (thumb.format, thumb.size) == ("WEBP", (480, 360))
        assert (derived.width, derived.height) == (800, 600)

    @pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 60}, {"xmp": b"<x:xmpmeta/>"}])
    def test_accepts_each_kind_of_webp(self, tmp_path: Path, options: dict[str, object]) -> None:
        assert derive(tmp_path, photos.encoded(photos.quarters(), "WEBP", **options)).width == 800

    def test_shrinks_to_the_longest_side_and_never_enlarges(self, tmp_path: Path) -> None:
        derived = derive(tmp_path, photos.encoded(photos.quarters(3000, 2000)))
        assert opened(derived.main).size == (1600, 1067)
        assert opened(derived.thumb).size == (480, 320)
        small = derive(tmp_path, photos.encoded(photos.quarters(200, 200)))
        assert opened(small.main).size == opened(small.thumb).size == (200, 200)

    @pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "I;16", "1"])
    def test_accepts_every_usual_png_mode(self, tmp_path: Path, mode: str) -> None:
        picture = Image.new(mode, (300, 300)) if mode == "I;16" else photos.quarters(300, 300).convert(mode)
        assert opened(derive(tmp_path, photos.encoded(picture, "PNG")).main).mode == "RGB"

    def test_accepts_print_colours(self, tmp_path: Path) -> None:
        derived = derive(tmp_path, photos.encoded(photos.quarters().convert("CMYK")))
        assert near(opened(derived.main).getpixel((100, 100)), photos.RED, 40)

    def test_puts_transparency_on_white(self, tmp_path: Path) -> None:
        derived = derive(tmp_path, photos.encoded(Image.new("RGBA", (400, 400), (0, 0, 0, 0)), "PNG"))
        assert near(opened(derived.main).getpixel((50, 50)), (255, 255, 255), 3)

    def test_applies_a_colour_profile_before_it_goes(self, tmp_path: Path) -> None:
        """The profile exchanges the primaries: what it stores as red is meant to be seen as green."""
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        exchanged = srgb.replace(b"rXYZ", b"tmp!").replace(b"gXYZ", b"rXYZ").replace(b"tmp!", b"gXYZ")
        red = Image.new("RGB", (400, 400), (255, 0, 0))
        main = opened(derive(tmp_path, photos.encoded(red, "PNG", icc_profile=exchanged)).main)
        assert near(main.getpixel((100, 100)), (0, 255, 0))
        assert "icc_profile" not in main.info

    def test_lives_with_a_useless_colour_profile(self, tmp_path: Path) -> None:
        foreign = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        for profile in (b"no profile at all", foreign):
            main = opened(derive(tmp_path, photos.encoded(photos.quarters(), icc_profile=profile)).main)
            assert near(main.getpixel((100, 100)), photos.RED)

    @pytest.mark.filterwarnings("ignore:Corrupt EXIF")
    def test_lives_with_damaged_metadata(self, tmp_path: Path) -> None:
        content = photos.encoded(photos.quarters(), exif=b"Exif\0\0II*\0\x08\0\0\0\0\0")
        assert derive(tmp_path, content).width == 800

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_turns_a_rotated_photo_upright(self, tmp_path: Path, orientation: int) -> None:
        undo = {
            2: Image.Transpose.FLIP_LEFT_RIGHT,
            3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_90,
            7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }
        upright = photos.quarters(900, 600)
        as_stored = upright.transpose(undo[orientation]) if orientation in undo else upright
        main = opened(derive(tmp_path, photos.with_exif(as_stored, orientation=orientation)).main)
        assert main.size == (900, 600)
        assert near(main.getpixel((100, 100)), photos.RED)
        assert near(main.getpixel((800, 100)), photos.GREEN)
        assert near(main.getpixel((100, 500)), photos.BLUE)

    def test_drops_place_and_all_other_metadata(self, tmp_path: Path) -> None:
        content = photos.with_exif(photos.quarters(), orientation=1)
        assert photos.GPS_MARKER.encode() in content
        derived = derive(tmp_path, content)
        for kept in (derived.main, derived.thumb):
            picture = opened(kept)
            assert photos.GPS_MARKER.encode() not in kept
            assert (len(picture.getexif()), "exif" in picture.info, "xmp" in picture.info) == (0, False, False)
            assert not any(name in kept for name in (b"EXIF", b"ICCP", b"XMP "))

    @pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (120, 160, 90)])
    def test_burns_the_mark_into_each_file(self, tmp_path: Path, colour: tuple[int, int, int]) -> None:
        derived = derive(tmp_path, photos.encoded(Image.new("RGB", (1600, 1200), colour), "PNG"))
        for kept in (derived.main, derived.thumb):
            picture = opened(kept)
            left, top, right, bottom = pictures.mark_box(*picture.size)
            mark = picture.crop((left, top, right, bottom))
            plate = mark.getpixel((mark.width // 20, mark.height // 2))
            sand = tuple(round(0.6 * s + 0.4 * c) for s, c in zip((0x67, 0x48, 0x05), colour, strict=True))
            assert near(plate, sand)
            bright = sum(1 for pixel in mark.convert("L").tobytes() if pixel > 220)
            assert 0.1 < bright / (mark.width * mark.height) < 0.35  # the strokes of the two glyphs
            assert near(picture.getpixel((left - 20, top - 20)), colour, 4)

    def test_keeps_the_mark_whole_in_the_narrowest_picture(self, tmp_path: Path) -> None:
        derived = derive(tmp_path, photos.encoded(photos.quarters(200, 1200)))
        for kept in (derived.main, derived.thumb):
            width, height = opened(kept).size
            left, top, right, bottom = pictures.mark_box(width, height)
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
            assert right - left >= pictures.MARK_MINIMUM_WIDTH

    def test_keeps_a_noisy_thumb_small(self, tmp_path: Path) -> None:
        derived = derive(tmp_path, photos.encoded(photos.noise(1000, 1000), quality=95))
        assert len(derived.thumb) <= rules.THUMB_LIMIT_BYTES

    def test_encodes_the_noisiest_thumb_within_the_limit(self) -> None:
        assert len(pictures._encode_thumb(photos.noise(480, 480))) <= rules.THUMB_LIMIT_BYTES

    def test_accepts_what_phones_append_behind_the_picture(self, tmp_path: Path) -> None:
        assert derive(tmp_path, photos.photo() + b"SEFH\x6a\0\0\0" + bytes(2000) + b"SEFT").width == 240

    def test_takes_the_first_picture_of_an_animation(self, tmp_path: Path) -> None:
        frames = [photos.quarters(), Image.new("RGB", (800, 600), "white")]
        content = photos.encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])
        assert near(opened(derive(tmp_path, content).main).getpixel((100, 100)), photos.RED)


class TestRefusal:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\0\0\0\0WEBP",
            SVG,
            b"<!doctype html><script>alert(1)</script>",
            b"%PDF-1.7\n",
            bytes(5000),
            photos.encoded(photos.quarters(), "GIF"),
            photos.encoded(photos.quarters(), "BMP"),
            photos.encoded(photos.quarters(), "TIFF"),
            photos.encoded(photos.quarters(), "ICO"),
        ],
    )
    def test_refuses_what_is_no_accepted_picture(self, tmp_path: Path, content: bytes) -> None:
        assert refusal(tmp_path, content) == ("/file", "kernel.storage.not_a_picture")

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    @pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
    def test_refuses_a_truncated_file(self, tmp_path: Path, kind: str, share: float) -> None:
        whole = photos.encoded(photos.noise(300, 300), kind)
        assert refusal(tmp_path, whole[: int(len(whole) * share)])[1] == "kernel.storage.not_a_picture"

    @pytest.mark.parametrize(
        "content",
        [
            photos.png_claiming(30_000, 30_000),
            photos.webp_claiming(16_383, 16_383),
            photos.jpeg_claiming(60_000, 60_000),
            photos.png_claiming(12_001, 300),
            photos.png_claiming(8_000, 5_001),
            photos.png_claiming(2**31 - 1, 2**31 - 1),
        ],
    )
    def test_refuses_a_bomb_by_its_header(self, tmp_path: Path, content: bytes) -> None:
        assert len(content) < 4096
        assert refusal(tmp_path, content) == ("/file", "kernel.storage.too_many_pixels")

    @pytest.mark.parametrize("size", [(199, 800), (800, 199), (1, 1)])
    def test_refuses_too_few_pixels(self, tmp_path: Path, size: tuple[int, int]) -> None:
        assert refusal(tmp_path, photos.encoded(photos.quarters(*size), "PNG"))[1] == "kernel.storage.too_small"

    def test_refuses_a_strip(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, photos.encoded(photos.quarters(1201, 200)))[1] == "kernel.storage.too_narrow"

    def test_refuses_a_header_that_claims_another_size_than_the_content(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, photos.png_claiming(500, 500))[1] == "kernel.storage.not_a_picture"

    @pytest.mark.parametrize(
        "payload",
        [
            b"<script>alert(1)</script>",
            b"<SCRIPT src=//x>",
            b"<html ><body>",
            b"<!DOCTYPE  html>",
            b"<iframe src=x>",
            b"<?php system($_GET[0]); ?>",
            b"PK\x05\x06" + bytes(18),
        ],
    )
    def test_refuses_a_polyglot(self, tmp_path: Path, payload: bytes) -> None:
        behind = photos.photo() + payload
        inside = photos.encoded(photos.quarters(), comment=payload)
        for content in (behind, inside):
            assert payload in content
            assert refusal(tmp_path, content) == ("/file", "kernel.storage.not_a_picture")

    def test_refuses_a_picture_that_opens_as_pdf(self, tmp_path: Path) -> None:
        content = photos.encoded(photos.quarters(), comment=b"%PDF-1.4 1 0 obj")
        assert refusal(tmp_path, content)[1] == "kernel.storage.not_a_picture"

    @pytest.mark.parametrize("offset", [262_130, 262_144, 524_280])
    def test_finds_a_payload_across_the_seams_of_its_search(self, tmp_path: Path, offset: int) -> None:
        content = photos.photo()
        padded = content + bytes(offset - len(content)) + b"<script>"
        assert refusal(tmp_path, padded)[1] == "kernel.storage.not_a_picture"


class TestMemory:
    def test_decodes_one_huge_picture_at_a_time(self, tmp_path: Path) -> None:
        (tmp_path / "huge").write_bytes(photos.encoded(photos.quarters(4100, 4000), quality=30))
        (tmp_path / "usual").write_bytes(photos.photo())
        with ThreadPoolExecutor(2) as threads:
            with pictures._ONE_HUGE:
                huge = threads.submit(pictures.derive, tmp_path / "huge")
                usual = threads.submit(pictures.derive, tmp_path / "usual")
                assert usual.result(timeout=20).width == 240
                with pytest.raises(TimeoutError):
                    huge.result(timeout=0.5)
            assert huge.result(timeout=20).width == 1600
