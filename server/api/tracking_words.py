"""How well an artwork can be tracked, in words for whoever hangs it. Knows how no score is made."""

from __future__ import annotations

from collections.abc import Mapping

from server.appraisals import Appraisal

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "score": "Tracking: {value} of 100.",
        "little_texture": "It has too little texture: soft, even areas give the camera nothing to hold on to.",
        "repeated": "It repeats itself: the same pattern in several places can be mistaken for one another.",
        "like_another": "It is too like “{other}”: one could be taken for the other.",
        "too_wide": "It is too wide for its height, or too tall for its width: a phone rarely sees enough of it.",
        "low_resolution": "The picture's file is too small; use one of at least 640 pixels on the longer side.",
    },
    "zh-Hans": {
        "score": "跟踪评分：{value}（满分 100）。",
        "little_texture": "画面纹理太少：柔和均匀的区域让相机无处可依。",
        "repeated": "画面有重复：多处相同的图案容易彼此混淆。",
        "like_another": "与“{other}”过于相像，容易被误认。",
        "too_wide": "长宽相差太大：手机很少能一次看到足够多的画面。",
        "low_resolution": "图片文件太小，长边请至少用 640 像素。",
    },
    "ar": {
        "score": "درجة التتبّع: {value} من 100.",
        "little_texture": "ملمسها قليل التفاصيل: المساحات الناعمة المتجانسة لا تعطي الكاميرا ما تتعلّق به.",
        "repeated": "فيها تكرار: النقش نفسه في أكثر من موضع قد يختلط بعضه ببعض.",
        "like_another": "تشبه «{other}» كثيرًا، وقد تُظن إحداهما الأخرى.",
        "too_wide": "عرضها كبير بالنسبة إلى ارتفاعها، أو العكس: نادرًا ما يرى الهاتف منها ما يكفي دفعة واحدة.",
        "low_resolution": "ملف الصورة صغير؛ استخدم صورة لا يقل ضلعها الأطول عن 640 بكسل.",
    },
}


def tracking_words(appraisal: Appraisal, titles: Mapping[str, str], language: str) -> str:
    """The score and every reason, with titles by artwork; in English where there are no words."""
    words = _WORDS.get(language, _WORDS["en"])
    reasons = [words[remark.reason].format(other=titles.get(remark.other, "")) for remark in appraisal.remarks]
    return " ".join([words["score"].format(value=appraisal.value), *reasons])
