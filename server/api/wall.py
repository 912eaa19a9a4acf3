"""The wall of codes: every open station with its artwork, its code and a link, as pages that need no script."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

from exhibit.exhibition import Artwork, Exhibition, Station
from exhibit.texts import choose_language
from server.api.catalogue import Catalogue
from server.api.tracking_words import tracking_words

CONSOLE = Path(__file__).parents[1] / "console"
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
_OWN_NAMES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", "ar": "العربية", "de": "Deutsch"}

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "lead": "Scan a code with your phone, and look at the room through a painter's eyes.",
        "hidden": "Scan the code beside an artwork to look at the room through a painter's eyes.",
        "lost": "There is nothing at this address. Scan the code beside an artwork.",
        "several": "Choose an exhibition.",
        "nothing": "There is no exhibition at the moment. Please come back.",
        "code": "Code for station",
        "large": "Open the picture large",
        "open": "Open on this device",
        "languages": "Languages",
    },
    "zh-Hans": {
        "lead": "用手机扫描二维码，透过画家的眼睛看这间展厅。",
        "hidden": "扫描作品旁的二维码，透过画家的眼睛看这间展厅。",
        "lost": "这个地址没有内容。请扫描作品旁的二维码。",
        "several": "请选择一个展览。",
        "nothing": "目前没有展览，欢迎下次再来。",
        "code": "展位二维码",
        "large": "打开大图",
        "open": "在本设备上打开",
        "languages": "语言",
    },
    "ar": {
        "lead": "امسح أحد الرموز بهاتفك، وانظر إلى القاعة بعيني رسّام.",
        "hidden": "امسح الرمز المجاور لأحد الأعمال لتنظر إلى القاعة بعيني رسّام.",
        "lost": "لا يوجد شيء في هذا العنوان. امسح الرمز المجاور لأحد الأعمال.",
        "several": "اختر معرضًا.",
        "nothing": "لا يوجد معرض في الوقت الحالي. نرجو أن تعود لاحقًا.",
        "code": "رمز المحطة",
        "large": "افتح الصورة بحجم كبير",
        "open": "افتح على هذا الجهاز",
        "languages": "اللغات",
    },
}


class Wall:
    """Renders pages in any of the exhibitions' languages."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._page = Template((CONSOLE / "wall.html").read_text(encoding="utf-8"))
        self._work = Template((CONSOLE / "work.html").read_text(encoding="utf-8"))

    def front(self, wanted: str) -> str:
        """The first page: the exhibition's wall where there is one, a choice where there are several."""
        exhibitions = self._catalogue.on_show.exhibitions
        if len(exhibitions) == 1:
            return self.render(exhibitions[0], wanted)
        items = "".join(_link(exhibition, wanted) for exhibition in exhibitions)
        works = f'<ul class="choice">{items}</ul>' if exhibitions else ""
        return self._plain(wanted, "several" if exhibitions else "nothing", works)

    def lost(self, wanted: str) -> str:
        """What a person gets at an address that is none."""
        exhibitions = self._catalogue.on_show.exhibitions
        return self._plain(wanted, "lost", exhibition=exhibitions[0] if len(exhibitions) == 1 else None)

    def _plain(self, wanted: str, lead: str, works: str = "", exhibition: Exhibition | None = None) -> str:
        """A page with a sentence on it, in the language of ours that is nearest."""
        offered = exhibition.languages if exhibition else tuple(_WORDS)
        language = choose_language(wanted, offered, offered[0])
        title = exhibition.title.in_language(language, offered[0]) if exhibition else "Vernissage"
        return self._fill(language, title, _words(language)[lead], (), works)

    def render(self, exhibition: Exhibition, wanted: str) -> str:
        """The exhibition's page in the language of its own that is nearest to the wanted one."""
        language = exhibition.language(wanted)
        words = _words(language)
        shown = self._catalogue.show_codes
        stations = [s for s in exhibition.stations if s.open and not s.rotating] if shown else []
        works = "".join(self._render_work(exhibition, station, language, words) for station in stations)
        title = exhibition.title.in_language(language, exhibition.languages[0])
        return self._fill(language, title, words["lead" if shown else "hidden"], exhibition.languages, works)

    def _fill(self, language: str, title: str, lead: str, languages: tuple[str, ...], works: str) -> str:
        return self._page.substitute(
            language=escape(language),
            direction="rtl" if language.split("-", maxsplit=1)[0] in _RIGHT_TO_LEFT else "ltr",
            title=escape(title),
            lead=lead,
            languages_label=_words(language)["languages"],
            languages="".join(_switch(tag, tag == language) for tag in languages),
            works=works,
        )

    def _render_work(self, exhibition: Exhibition, station: Station, language: str, words: Mapping[str, str]) -> str:
        fallback = exhibition.languages[0]
        return self._work.substitute(
            number=station.number,
            picture=escape(station.artwork.picture),
            size=_size(station.artwork),
            alt=escape(station.artwork.alt.in_language(language, fallback)),
            title=escape(station.title.in_language(language, fallback)),
            text=escape(station.text.in_language(language, fallback)),
            tracking=self._render_tracking(exhibition, station, language),
            large=words["large"],
            link=f"/v/{self._catalogue.on_show.sign(exhibition, station)}",
            image=f"/codes/{exhibition.id}/{station.number}.svg",
            code=words["code"],
            open=words["open"],
        )

    def _render_tracking(self, exhibition: Exhibition, station: Station, language: str) -> str:
        """How well the artwork can be tracked; nothing where that does not matter, or is not known yet."""
        appraisal = self._catalogue.appraisals(exhibition.subject).get(station.artwork.picture)
        if appraisal is None:
            return ""
        titles = {
            s.artwork.picture: s.title.in_language(language, exhibition.languages[0]) for s in exhibition.stations
        }
        return f'<p class="tracking">{escape(tracking_words(appraisal, titles, language))}</p>'


def _size(artwork: Artwork) -> str:
    """Attributes that keep the page from jumping when the picture comes; none where only decoding it would tell."""
    return f'width="{artwork.width}" height="{artwork.height}"' if artwork.width else ""


def _link(exhibition: Exhibition, wanted: str) -> str:
    language = exhibition.language(wanted)
    title = escape(exhibition.title.in_language(language, exhibition.languages[0]))
    return f'<li lang="{escape(language)}"><a href="/exhibitions/{exhibition.id}">{title}</a></li>'


def _words(language: str) -> Mapping[str, str]:
    return _WORDS.get(language, _WORDS["en"])


def _switch(tag: str, current: bool) -> str:
    mark = ' aria-current="true"' if current else ""
    name = escape(_OWN_NAMES.get(tag, tag))
    return f'<li><a href="?lang={escape(tag)}" lang="{escape(tag)}" hreflang="{escape(tag)}"{mark}>{name}</a></li>'
