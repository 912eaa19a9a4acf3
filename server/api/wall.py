"""The wall of codes: every open station with its artwork, its code and a link, as one page that needs no script."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

from exhibit.exhibition import Station
from exhibit.jpeg import jpeg_size
from server.api.card import Catalogue
from server.api.tracking_words import tracking_words

CONSOLE = Path(__file__).parents[1] / "console"
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
_OWN_NAMES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", "ar": "العربية", "de": "Deutsch"}

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "lead": "Scan a code with your phone, and look at the room through a painter's eyes.",
        "hidden": "Scan the code beside an artwork to look at the room through a painter's eyes.",
        "lost": "There is nothing at this address. Scan the code beside an artwork.",
        "code": "Code for station",
        "large": "Open the picture large",
        "open": "Open on this device",
        "languages": "Languages",
    },
    "zh-Hans": {
        "lead": "用手机扫描二维码，透过画家的眼睛看这间展厅。",
        "hidden": "扫描作品旁的二维码，透过画家的眼睛看这间展厅。",
        "lost": "这个地址没有内容。请扫描作品旁的二维码。",
        "code": "展位二维码",
        "large": "打开大图",
        "open": "在本设备上打开",
        "languages": "语言",
    },
    "ar": {
        "lead": "امسح أحد الرموز بهاتفك، وانظر إلى القاعة بعيني رسّام.",
        "hidden": "امسح الرمز المجاور لأحد الأعمال لتنظر إلى القاعة بعيني رسّام.",
        "lost": "لا يوجد شيء في هذا العنوان. امسح الرمز المجاور لأحد الأعمال.",
        "code": "رمز المحطة",
        "large": "افتح الصورة بحجم كبير",
        "open": "افتح على هذا الجهاز",
        "languages": "اللغات",
    },
}


class Wall:
    """Renders the page in any of the exhibition's languages."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._page = Template((CONSOLE / "wall.html").read_text(encoding="utf-8"))
        self._work = Template((CONSOLE / "work.html").read_text(encoding="utf-8"))
        exhibition = catalogue.exhibition
        self._sizes = {station.id: _size(exhibition.picture(station).read_bytes()) for station in exhibition.stations}

    def render(self, wanted: str, *, lost: bool = False) -> str:
        """The page in the exhibition's language nearest to the wanted one; `lost` answers an address that is none."""
        exhibition = self._catalogue.exhibition
        language = exhibition.language(wanted)
        words = _words(language)
        shown = self._catalogue.show_codes and not lost
        stations = [station for station in exhibition.stations if station.open] if shown else []
        return self._page.substitute(
            language=escape(language),
            direction="rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr",
            title=escape(exhibition.title.in_language(language, exhibition.languages[0])),
            lead=words["lost" if lost else "lead" if shown else "hidden"],
            languages_label=words["languages"],
            languages="" if lost else "".join(_switch(tag, tag == language) for tag in exhibition.languages),
            works="".join(self._render_work(station, language, words) for station in stations),
        )

    def _render_work(self, station: Station, language: str, words: Mapping[str, str]) -> str:
        fallback = self._catalogue.exhibition.languages[0]
        return self._work.substitute(
            number=station.number,
            picture=escape(station.artwork.picture),
            size=self._sizes[station.id],
            alt=escape(station.artwork.alt.in_language(language, fallback)),
            title=escape(station.title.in_language(language, fallback)),
            text=escape(station.text.in_language(language, fallback)),
            tracking=self._render_tracking(station, language),
            large=words["large"],
            link=f"/v/{self._catalogue.signer.sign(station.number)}",
            code=words["code"],
            open=words["open"],
        )

    def _render_tracking(self, station: Station, language: str) -> str:
        """How well the artwork can be tracked; nothing where that does not matter, or is not known yet."""
        appraisal = self._catalogue.appraisals.get(station.number)
        if appraisal is None:
            return ""
        exhibition = self._catalogue.exhibition
        titles = {s.number: s.title.in_language(language, exhibition.languages[0]) for s in exhibition.stations}
        return f'<p class="tracking">{escape(tracking_words(appraisal, titles, language))}</p>'


def _size(picture: bytes) -> str:
    """Attributes that keep the page from jumping when the picture comes; none where only decoding it would tell."""
    size = jpeg_size(picture)
    return f'width="{size[0]}" height="{size[1]}"' if size else ""


def _words(language: str) -> Mapping[str, str]:
    return _WORDS.get(language, _WORDS["en"])


def _switch(tag: str, current: bool) -> str:
    mark = ' aria-current="true"' if current else ""
    name = escape(_OWN_NAMES.get(tag, tag))
    return f'<li><a href="?lang={escape(tag)}" lang="{escape(tag)}" hreflang="{escape(tag)}"{mark}>{name}</a></li>'
