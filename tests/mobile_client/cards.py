"""What the ticket's address answers: the stations that the page under test is shown. Knows no socket."""

from typing import Any

TICKET = "T1CKET"
STYLES = [
    (
        "night",
        "#27408b",
        {"en": "The Starry Night", "zh-Hans": "星月夜", "ar": "ليلة النجوم"},
        "Vincent van Gogh",
        1889,
    ),
    (
        "wave",
        "#5f8a9d",
        {"en": "The Great Wave", "zh-Hans": "神奈川冲浪里", "ar": "الموجة العظيمة"},
        "Katsushika Hokusai",
        1831,
    ),
    ("scream", "#b4532a", {"en": "The Scream", "zh-Hans": "呐喊", "ar": "الصرخة"}, "Edvard Munch", 1893),
    (
        "mist",
        "#8f93b5",
        {"en": "Charing Cross Bridge", "zh-Hans": "查令十字桥", "ar": "جسر تشارينغ كروس"},
        "Claude Monet",
        1903,
    ),
    (
        "forms",
        "#a03c32",
        {"en": "Contrast of Forms", "zh-Hans": "形式的对比", "ar": "تباين الأشكال"},
        "Fernand Léger",
        1913,
    ),
    ("udnie", "#4d4f45", {"en": "Udnie", "zh-Hans": "乌德尼", "ar": "أودني"}, "Francis Picabia", 1913),
]


def card(**station: Any) -> dict[str, Any]:
    """What the ticket's address answers; fields of the station may be replaced."""
    styles = [
        {"id": name, "name": words, "painter": painter, "year": year, "thumbnail": f"/thumbnails/{name}.jpg"}
        for name, _, words, painter, year in STYLES
    ]
    here = {
        "id": "harbour",
        "number": 3,
        "title": {"en": "The harbour at dusk", "zh-Hans": "黄昏的港口", "ar": "المرفأ عند الغسق"},
        "text": {
            "en": "Six painters looked at light on water. Look at this room as they might have.",
            "zh-Hans": "六位画家都曾凝视水面上的光。请像他们那样看一看这间展厅。",
            "ar": "نظر ستة رسامين إلى الضوء على الماء. انظر إلى هذه القاعة كما كانوا سينظرون إليها.",
        },
        "experience": "lens",
        "region": "all",
        "target": None,
        "overlay": None,
        "open": True,
        "artwork": {"url": "/media/harbour.jpg", "alt": {"en": "A harbour", "zh-Hans": "港口", "ar": "مرفأ"}},
        "styles": styles,
        "default_style": {"night": 1.0},
        "strength": 1.0,
    }
    return {
        "exhibition": {"id": "light", "title": {"en": "Light on water", "zh-Hans": "水上之光", "ar": "ضوء على الماء"}},
        "languages": ["en", "zh-Hans", "ar"],
        "station": {**here, **station},
        "room": {"live": 3, "waiting": 0},
        "public_url": f"https://gallery.example/v/{TICKET}",
    }


def canvas_card(**station: Any) -> dict[str, Any]:
    """A station whose artwork is repainted where it hangs."""
    target = {"width": 640, "height": 480, "mean": [63.0, 90.0, 107.0], "deviation": [30.0, 30.0, 30.0]}
    return card(**{"experience": "canvas", "target": target, **station})


def overlay_card(kind: str = "picture", url: str = "/media/sketch.jpg", **station: Any) -> dict[str, Any]:
    """A station where the curator's own picture or clip lies on the artwork, and there is no style to choose."""
    own = {"overlay": {"kind": kind, "url": url}, "styles": [], "default_style": {}}
    return canvas_card(**{**own, **station})


DREAM_WORDS = [
    {"en": "storm", "zh-Hans": "风暴", "ar": "عاصفة"},
    {"en": "gold", "zh-Hans": "金色", "ar": "ذهب"},
    {"en": "silence", "zh-Hans": "寂静", "ar": "صمت"},
    {"en": "deep blue", "zh-Hans": "深蓝", "ar": "أزرق عميق"},
    {"en": "morning light", "zh-Hans": "晨光", "ar": "ضوء الصباح"},
    {"en": "fire", "zh-Hans": "火", "ar": "نار"},
]


def dream_card(*, dream: dict[str, Any] | None = None, **station: Any) -> dict[str, Any]:
    """A station where pictures are made of words; fields of what may be wished for may be replaced."""
    offer = {
        "mode": "chosen",
        "words": DREAM_WORDS,
        "from": ["words", "picture"],
        "max_chars": 120,
        "pictures": 20,
        "keep": True,
        "wall": False,
        "model": "Pigment",
        "licence": "Apache-2.0",
    }
    own = {"experience": "dream", "styles": [], "default_style": {}, "dream": {**offer, **(dream or {})}}
    return canvas_card(**{**own, **station})


def hall_card(**station: Any) -> dict[str, Any]:
    """Another station of the exhibition, to go on to."""
    title = {"en": "The great hall", "zh-Hans": "大厅", "ar": "القاعة الكبرى"}
    return card(**{"id": "hall", "number": 5, "title": title, "default_style": {"scream": 1.0}, **station})


def described_card(**station: Any) -> dict[str, Any]:
    """A station of which the curator wrote all that there is to write."""
    words = {
        "description": {"en": "The harbour of 1885, painted from memory.\nLook for the second lamp."},
        "caption": {"en": "Oil on canvas, 60 x 80 cm. On loan."},
        "audio_description": {"en": "Three boats lie at a quay. Their lamps are the only warm colours."},
    }
    reach = {"step_free": True, "seating": False, "flicker": True, "notes": {"en": "The lift is behind the stairs."}}
    return card(**{**words, "accessibility": reach, "opens_at": None, **station})
