#!/usr/bin/env python3
"""Cuts the Chinese and the Korean face out of Debian's Noto Sans CJK, which as a whole is too heavy for a gate.

Takes the package's own file, so that anybody gets the same bytes:

    apt-get download fonts-noto-cjk=1:20220127+repack1-1 && dpkg -x fonts-noto-cjk_*.deb cjk
    python3 -m venv tools && tools/bin/pip install fonttools==4.60.1
    tools/bin/python subset.py cjk/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc files

Latin letters, digits and ASCII punctuation are left out: they come from Noto Sans, so that a Vietnamese name is
not drawn half in one face and half in another, and a number looks the same in every language. The dates in the
font are those of the source. It prints the digests, which belong into SOURCES.toml and src/faces.rs.
"""

import hashlib
import sys
from pathlib import Path

from fontTools import subset, version
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable

FONTTOOLS = "4.60.1"
SOURCE_SHA256 = "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb"

# How far the quadratic curves may lie from the cubic ones, in thousandths of an em: at 400 pixels per em a fifth of
# a pixel.
CURVE_ERROR = 0.5

# The places of the collection's faces.
KOREAN, CHINESE = 1, 2

# Signs with which every text of these languages is written, beside those of the national character sets.
ALWAYS = " \u00a0\u3000"


def rows(codec, first, last):
    """The characters of the rows `first` to `last` of a national character set in its EUC form."""
    found = set()
    for row in range(first, last + 1):
        for column in range(1, 95):
            try:
                found.add(bytes([0xA0 + row, 0xA0 + column]).decode(codec))
            except UnicodeDecodeError:
                continue
    return found


def full_width():
    """The full width forms, and the signs of CJK punctuation."""
    return {chr(code) for code in [*range(0x3001, 0x301E), *range(0xFF01, 0xFF5F), *range(0xFFE0, 0xFFE7)]}


def chinese():
    """GB 2312: the 6,763 characters of rows 16 to 87, and the signs of rows 1 and 2. The 3,755 most frequent ones
    would halve the face, but they lack some of the names nearby, such as Da Nang, Siem Reap and Can Tho."""
    characters = rows("gb2312", 16, 87)
    assert len(characters) == 6763, len(characters)
    return characters | rows("gb2312", 1, 2) | full_width() | set(ALWAYS)


def korean():
    """KS X 1001: the 2,350 syllables of rows 16 to 40, single letters, and the signs of row 1."""
    syllables = rows("euc_kr", 16, 40)
    assert len(syllables) == 2350, len(syllables)
    return syllables | rows("euc_kr", 1, 1) | rows("euc_kr", 4, 4) | full_width() | set(ALWAYS)


def cut(source, place, characters, target):
    options = subset.Options(font_number=place, hinting=False, desubroutinize=True, recalc_timestamp=False,
                             recalc_bounds=True)
    # Other countries' forms, forms for vertical lines, and a wider space between Korean syllables, of which
    # shapers disagree whether it is asked for.
    for tag in ("locl", "vert", "vrt2", "calt"):
        options.layout_features.remove(tag)
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx"]
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes={ord(character) for character in characters})
    subsetter.subset(font)
    to_quadratic(font)
    subset.save_font(font, target, options)
    data = Path(target).read_bytes()
    print(f"{Path(target).name}: {len(data)} bytes, {len(font.getBestCmap())} characters,"
          f" {font['maxp'].numGlyphs} glyphs, sha256 {hashlib.sha256(data).hexdigest()}")


def to_quadratic(font):
    """Turns the outlines into TrueType's, because only those can be taken glyph by glyph when they are drawn; the
    whole face prepared for drawing would cost a gate 55 MiB."""
    order, glyphs = font.getGlyphOrder(), font.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder, table.glyphs = order, outlines
    del font["CFF "]
    table.compile(font)
    for name, (advance, _) in font["hmtx"].metrics.items():
        font["hmtx"][name] = (advance, getattr(outlines[name], "xMin", 0))
    limits = font["maxp"]
    limits.tableVersion, limits.maxZones = 0x00010000, 1
    for unused in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements",
                   "SizeOfInstructions"):
        setattr(limits, f"max{unused}", 0)
    limits.maxComponentElements = 0
    limits.compile(font)
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"


def main(source, folder):
    if version != FONTTOOLS:
        sys.exit(f"this is fonttools {version}; {FONTTOOLS} is needed for the same bytes")
    digest = hashlib.sha256(Path(source).read_bytes()).hexdigest()
    if digest != SOURCE_SHA256:
        sys.exit(f"{source} has the digest {digest}, expected {SOURCE_SHA256}")
    cut(source, CHINESE, chinese(), f"{folder}/NotoSansCJKsc-Bold.ttf")
    cut(source, KOREAN, korean(), f"{folder}/NotoSansCJKkr-Bold.ttf")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: subset.py NotoSansCJK-Bold.ttc FOLDER")
    main(*sys.argv[1:])
