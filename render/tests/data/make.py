#!/usr/bin/env python3
"""Writes hb-shape.json: what HarfBuzz makes of the lines in lines.json, with the fonts of this repository.

Each line is cut into runs of one font, and every run is shaped. A run is a stretch of characters that the first
family of the language has or, where it lacks them, the first of the other families that does. Run it in
this folder when the lines or the fonts change; it needs `hb-shape` (Debian: libharfbuzz-bin):
    python3 make.py
"""

import json
import subprocess
import unicodedata

FONTS = {name: f"../../../fonts/files/{name}-Bold.ttf" for name in ("NotoSans", "NotoSansKhmer", "NotoSansLao", "NotoSansThai")}
FIRST = {"km": "NotoSansKhmer", "lo": "NotoSansLao", "th": "NotoSansThai"}


def shape(font, text, before, after):
    """Glyph ids and positions in thousandths of an em, as [id, x advance, x offset, y offset]."""
    answer = subprocess.run(
        ["hb-shape", "--font-size=1000", "--output-format=json", "--no-glyph-names",
         "--text-before=" + before, "--text-after=" + after, "--text=" + text, FONTS[font]],
        check=True, capture_output=True, text=True).stdout
    return [[g["g"], g["ax"], g["dx"], g["dy"]] for g in json.loads(answer)]


def has(font, cluster):
    """Whether the font has glyphs for all of a cluster."""
    return all(glyph[0] != 0 for glyph in shape(font, cluster, "", ""))


def clusters(text):
    """Letters with the marks that follow them."""
    out = []
    for character in text:
        joined = unicodedata.category(character).startswith("M") or character in "\u200b\u200c\u200d"
        if out and joined:
            out[-1] += character
        else:
            out.append(character)
    return out


def runs(language, text):
    first = FIRST.get(language, "NotoSans")
    order = [first] + [font for font in FONTS if font != first]
    out = []
    for cluster in clusters(text):
        font = next(font for font in order if has(font, cluster))
        if out and out[-1][0] == font:
            out[-1][1] += cluster
        else:
            out.append([font, cluster])
    return out


def line(language, text):
    glyphs, pen, done = [], 0, ""
    for font, part in runs(language, text):
        for glyph, advance, dx, dy in shape(font, part, done, text[len(done) + len(part):]):
            glyphs.append([font, glyph, pen + dx, dy])
            pen += advance
        done += part
    return {"language": language, "text": text, "glyphs": glyphs}


with open("lines.json", encoding="utf-8") as file:
    lines = json.load(file)
with open("hb-shape.json", "w", encoding="utf-8") as file:
    rows = [json.dumps(line(*entry), ensure_ascii=False, separators=(",", ":")) for entry in lines]
    file.write("[\n" + ",\n".join(rows) + "\n]\n")
