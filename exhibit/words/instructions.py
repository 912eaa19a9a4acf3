"""Whether a text talks to the renderer instead of describing a picture: weights, options, addresses, paths, commands.

Knows the notations of the usual prompt languages (AUTOMATIC1111, ComfyUI, compel, Midjourney, InvokeAI), no list. It
keeps a station's prompt the curator's; it is no defence of a language model, as none reads the words.
"""

from __future__ import annotations

import re

_NOTATIONS = (
    r"[(\[{][^()\[\]{}]*(?<!\d):\s*[-+]?\d*\.?\d+\s*[)\]}]",  # (word:1.3), but not (at 10:30)
    r"\({2,}[^()]*\){2,}|\[{2,}[^\[\]]*\]{2,}|\{{2,}[^{}]*\}{2,}",  # ((word))
    r"\[[^\]]*[|:][^\]]*\]|\{[^}]*\|[^}]*\}",  # [a|b] [from:to:0.5] {a|b}
    r"<[^<>]*[:|/][^<>]*>|<[^<>]{0,40}>",  # <lora:x:1>, <|end|>, markup, <embedding>
    r"(?:^|\s)--[a-z]{1,12}\b",  # --no x; and as phones write it, with a long dash
    r"(?:^|\s)[—–](?:no|ar|aspect|seed|stylize|chaos|niji|quality|weird)\s+\S",
    r"\w(?:\+\+|--)(?:\s|$|[,.])|\)[+-]+|\)\d*\.\d+",  # word++ (word)1.3
    r"::\s*-?\d|__\w+__|\$\{|\$\(|`{2,}|\{\{",  # word::2 __wildcard__ ${x}
    r"\b(?:lora|lyco|hypernet|embedding|textual[ _]inversion|wildcard|lbw)\s*:",
    r"\b(?:negative|neg|positive|system)[\s_-]*prompts?\b|\bprompt\s*[:=]",
    r"\b(?:seed|steps?|cfg(?:[ _]scale)?|guidance(?:[ _]scale)?|sampler|scheduler|clip[ _]?skip|denois\w+|strength"
    r"|width|height|checkpoint|resolution)\s*[:=]\s*\w",
    r"\bscore_\d|\bddim\b|\beuler a\b|\bdpm\+\+|\bclip[ _]skip\b|\bcfg[ _]scale\b",
    # addresses and paths
    r"\b[a-z][a-z+.-]{1,9}://|\bwww\s?\.|\bdata:\w+/|\bjavascript:|\bmailto:",
    r"\b[\w-]+\.(?:com|org|net|io|ru|cn|jp|kr|uk|eu|tv|app|dev|xyz|info|biz|onion)\b|\b[\w-]+\.[a-z]{2,6}/\S",
    r"[\w.+-]+@[\w-]+\.\w+",
    r"\b[a-z]:[\\/]|\\\\\w|\.\.[\\/]|~/|(?:^|\s)/(?:etc|usr|var|home|root|proc|dev|bin|tmp|opt|mnt|sys)\b|(?:^|\s)/\w+/\w+",
    r"\b\w+\.(?:safetensors|ckpt|pth|onnx|gguf|png|jpe?g|gif|webp|svg|html?|php|exe|py|json|ya?ml|txt|zip)\b",
    # commands to a language model
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:instructions?|prompts?|guidelines?|filters?|safety)\b",
    r"\b(?:ignore|disregard|override|bypass|forget (?:all|your|previous))\b.{0,20}\brules\b",
    r"\b(?:ignorier\w*|vergiss|missachte)\b.{0,30}\b(?:anweisung\w*|regeln?|vorgaben?|befehle?)\b",
    r"\b(?:ignore[zr]?|oublie[zr]?)\b.{0,30}\b(?:instructions?|consignes?|règles?)\b",
    r"\b(?:ignora\w*|olvida\w*|dimentica\w*|esque[cç]\w*)\b.{0,30}"
    r"\b(?:instruc\w+|istruzion\w+|instruç\w+|reglas?|regole|regras?)\b",
    r"\b(?:negeer|vergeet)\b.{0,30}\b(?:instructies?|regels?)\b|\bzignoruj\b.{0,30}\b(?:instrukcj\w+|poleceni\w+)",
    r"(?:игнориру\w*|забуд\w*).{0,30}(?:инструкц\w*|указани\w*|правил\w*)",
    r"(?:talimat|kural)\w*.{0,20}(?:yok say|unut|görmezden)",
    r"(?:忽略|无视|忘记).{0,12}(?:指令|指示|提示|规则)|(?:指示|命令|ルール).{0,8}(?:無視|忘れ)|(?:지시|명령|규칙).{0,8}(?:무시|잊)",
    r"(?:تجاهل|انس).{0,20}(?:التعليمات|الأوامر|القواعد)",
    r"\bsystem\s*(?::|message|instruction)|\b(?:developer|admin|sudo|god|dan) mode\b|\bjailbreak|\bdo anything now\b",
    r"\[/?inst\]|\bassistant\s*:|\buser\s*:",
    r"\b(?:you are|act as) (?:now )?(?:an? )?(?:ai|chatgpt|assistant|language model)\b",
)
_ANY = re.compile("|".join(f"(?:{notation})" for notation in _NOTATIONS), re.IGNORECASE)
_BREAK = re.compile(r"(?:^|[\s,.;])(?:BREAK|ADDCOMM|ADDBASE|ADDROW|ADDCOL)(?:$|[\s,.;])")


def instructs_the_renderer(text: str) -> bool:
    """Whether a normalised text (at most a few hundred characters) has something of a prompt language in it."""
    if _ANY.search(text):
        return True
    return bool(_BREAK.search(text)) and any(char.islower() for char in text)  # not in a sentence all in capitals
