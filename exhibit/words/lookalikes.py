"""Which Latin letters a character can be read as. Knows single characters, not words.

Most of it comes from the names in Unicode's own database (a "LATIN SMALL LETTER B WITH HOOK" is read as b, a "NEGATIVE
SQUARED LATIN CAPITAL LETTER B" too); the rest are pairs after Unicode TR39 (confusables) and what people type instead
of letters. In the tables each word is: the character that is seen, then the letters it is read as.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTER_BY_NAME = re.compile(
    r"(?:NEGATIVE |SQUARED |CIRCLED |PARENTHESIZED |CROSSED )*"
    r"(?:LATIN|REGIONAL INDICATOR SYMBOL|MODIFIER LETTER|TAG LATIN)(?: SMALL| CAPITAL| LETTER)*"
    r"(?: TURNED| REVERSED| OPEN| DOTLESS| SCRIPT| BARRED| SIDEWAYS| INSULAR| LONG| CLOSED| BLACKLETTER| STRETCHED)*"
    r" ([A-Z])(?: WITH .*| ROTUNDA)?"
)


def _table(pairs: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs.split():
        found[pair[0]] = found.get(pair[0], "") + pair[1:]
    return found


_LOOKALIKES = _table(
    # Cyrillic, Greek, Armenian (lower case: texts are casefolded first)
    "аa вbv еe кk мm нhn оo рpr сcs тt уyu хxh іil јj ѕs ԁd ԛq ԝw һh ӏl ьb бb гr зez иnu йu дd лl цu чy шw щw эe юo яr"
    " пnp жx фf єe ґr ћh ђh әe өo үy ңh ѵv ѡw ъb ыbl "
    "αa βb γyv δd εe ζz ηnh θo ιi κk λl μu νvn ξe οo πnp ρpr σo ςcs τt υuy φo χx ψw ωwo ϲc ϳj ϱp ϵe ϐb ϑo ϕo "
    "աw բf գq դn եt զq էt ըn թp ժd իh լl խh ծd կq հh ձd ղn ճd մu յj նu շz "
    " ոno չs պw ջo ռn սus վu տu րr ցg ւi փo քp օo ֆf"
    # Cherokee, Lisu, Canadian syllabics, Coptic, and the Han, kana and hangul of "fancy text"
    " Ꭰd Ꭱr Ꭲt Ꭺa Ꭻj Ꭼe Ꮃw Ꮇm Ꮋh Ꮍy Ꮐg Ꮞs Ꮮl Ꮯc Ꮲp Ꮶk Ᏼb Ꮪs Ꮢr Ꮩv Ꮤw Ꮥs Ꮓz Ꭵi Ꮖl Ꮎo Ꮒh Ꮑn Ꭶf Ꮧd Ꮜu "
    "ꓐb ꓑp ꓒd ꓓd ꓔt ꓖg ꓗk ꓙj ꓚc ꓜz ꓝf ꓟm ꓠn ꓡl ꓢs ꓣr ꓦv ꓧh ꓪw ꓫx ꓬy ꓮa ꓰe ꓲi ꓳo ꓴu "
    "ᗩa ᗷb ᑕc ᗪd ᖴf ᕼh ᒍj ᒪl ᗰm ᑎn ᑭp ᑫq ᖇr ᔕs ᑌu ᐯv ᗯw ᙭x ᘔz ᐱa ᑐd ᗅa ᗞd ᗴe ᕮe ᕈp ᖆr ᙎe "
    "ⲁa ⲃb ⲅr ⲇd ⲉe ⲏh ⲓi ⲕk ⲙm ⲛn ⲟo ⲣp ⲥc ⲧt ⲩy ⲭx "
    "卂a 乃b 匚c 刀dn 乇e 千f 厶a 卄h 工i 丨il 丿j 长k 爪m 几n 口o 囗o 卩p 尺r 丂s 凵u 山w 乂x "
    " 丫y 乙z ㄥl ㄒt ㄖo ㄚy ㄩu ﾌj フj"
    # Latin letters whose names do not say it
    " əe æa œo ðd øo đd łl ıil ȷj ŋn ʃsl ʒz ɸf ɣy ʊu ɑa ɒa ſsf ƨs ƽs ƅb ʋv ɔoc ʌva "
    " ɩi ǃil ǀil ꞵb ɪil ʟl ƿp ʘo ɵo ƍg ∂d ℮e ℓl "
    # emoji and other signs drawn as letters
    "⭕o ❌x ❎x 💲s ❗il 🔴o ⚫o ⚪o 🟢o 🅾o 🅱b 🅰a 🅿p ∩n ∪u √v ×x ☓x ¤o ⓪o"
)
_CYRILLIC_LOOKALIKES: dict[str, str] = {}
for _seen, _letters in _LOOKALIKES.items():
    if "\u0400" <= _seen <= "\u052f":
        for _letter in _letters:
            _CYRILLIC_LOOKALIKES[_letter] = _CYRILLIC_LOOKALIKES.get(_letter, "") + _seen
_CLOSE_TWINS = frozenset("авекмнорстухіјѕԁԛԝһαεινοκρτυχօսոհց")
_SIGNS = _table(
    "0o 1il 3ez 4a 5s 6gb 7tl 8b 9g 2z @a $s €e £l ¢cs ¥y +t |il !il ¡i §s µu ©c ®r"  # "bl00d", "k!ll"
)

# Lower case of what upside-down writers use, and what is meant. They also turn the order around.
_TURNED = _table("ɐa ɔc ǝe ɟf ƃg ɥh ᴉi ıi ɾj ʞk ןl ɯm ɹr ʇt ʌv ʍw ʎy qb bq pd dp un nu")
_ONLY_TURNED = frozenset("ɐǝɟƃɥᴉɾʞןɯɹʇʍʎ")
_MARKS_MAKE_OTHER_LETTERS = {"HIRAGANA", "KATAKANA", "HANGUL"}


@lru_cache(maxsize=8192)
def script_of(char: str) -> str:
    """The first word of a letter's name in Unicode ("LATIN", "CYRILLIC", "CJK"); empty for what is no letter."""
    return unicodedata.name(char, "").split(" ")[0] if unicodedata.category(char)[0] == "L" else ""


@lru_cache(maxsize=8192)
def without_marks(char: str) -> str:
    """A letter without its accents. Kana and Hangul stay as they are: there the mark makes another letter."""
    base = unicodedata.normalize("NFD", char)[0]
    return char if script_of(base) in _MARKS_MAKE_OTHER_LETTERS else base


@lru_cache(maxsize=8192)
def latin_twins(char: str) -> str:
    """The Latin letters (a to z) that a casefolded character looks like, the likeliest first; often none."""
    base = without_marks(char)
    if base.isascii():
        return ""
    by_name = _LETTER_BY_NAME.fullmatch(unicodedata.name(base, ""))
    return "".join(dict.fromkeys(_LOOKALIKES.get(base, "") + (by_name[1].lower() if by_name else "")))


def is_close_twin(char: str) -> bool:
    """Whether a letter of another script cannot be told from its Latin twin, in most type."""
    return char in _CLOSE_TWINS


def cyrillic_twins(char: str) -> str:
    """The Cyrillic letters that a casefolded Latin one looks like; often none."""
    return _CYRILLIC_LOOKALIKES.get(char, "")


@lru_cache(maxsize=8192)
def letters_meant(sign: str) -> str:
    """The Latin letters that a digit or a sign stands for where people write "bl00d" or "k!ll"; often none."""
    return _SIGNS.get(sign, "")


def turned_upright(text: str) -> str | None:
    """A casefolded upside-down text ("pooʃq") read from its other end; None where no letter is upside down."""
    if not any(char in _ONLY_TURNED for char in text):
        return None
    return "".join(_TURNED.get(char, char) for char in reversed(text))
