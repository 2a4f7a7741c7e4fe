"""Compares lines of text as a wall sets them with HarfBuzz (glyphs and their places), ICU (line breaks and visual
order) and FreeType (ink). Reads the corpus, runs the tools of `render/examples`, prints a table, and ends with 1 if
a bound is not kept.

    text.py EXAMPLES-FOLDER CORPUS FONTS-FOLDER WORK-FOLDER

Leaves pictures in the work folder, and in `corpus-glyphs.json` for each line a digest of HarfBuzz's glyphs.
"""

import ctypes
import hashlib
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import freetype
import icu
import numpy
import uharfbuzz as hb
from PIL import Image

SIZE = 32  # pixels per em of the ink pictures
LEAST = {"lines": 300, "km": 0.95, "median": 0.97, "worst": 0.95}

FIRST = {"km": "Khmer", "lo": "Lao", "th": "Thai", "zh": "CJKsc", "ko": "CJKkr", "ar": "Arabic", "he": "Hebrew"}
ALL = ["", "Khmer", "Lao", "Thai", "Hebrew", "Arabic", "CJKsc", "CJKkr"]

tools, corpus, fonts_folder, work = map(Path, sys.argv[1:])
faults = []


def order(language, weight):
    """The language's own font first, then the others; Chinese and Korean are there in bold only."""
    first = FIRST.get(language, "")
    names = [first] + [name for name in ALL if name != first]
    return [f"NotoSans{name}-{'Bold' if name.startswith('CJK') else weight}.ttf" for name in names]


@cache
def font(file):
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(fonts_folder / file))))


@cache
def has(file, character):
    return font(file).get_nominal_glyph(ord(character)) is not None


def shape(file, text, start, end, language, backwards, script=None):
    """The glyphs of a part of a text: [number, x, y] from the part's left end, and its advance."""
    buffer = hb.Buffer()
    buffer.add_codepoints([ord(character) for character in text], start, end - start)
    if script is not None:
        buffer.script = script
    buffer.language = language
    buffer.guess_segment_properties()
    if backwards is not None:
        buffer.direction = "rtl" if backwards else "ltr"
    hb.shape(font(file), buffer)
    pen, glyphs = 0, []
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions):
        glyphs.append([info.codepoint, pen + place.x_offset, place.y_offset])
        pen += place.x_advance
    return glyphs, pen


def clusters(text):
    breaks = icu.BreakIterator.createCharacterInstance(icu.Locale.getRoot())
    # ICU counts in UTF-16; the corpus has no character beyond its first plane.
    breaks.setText(text)
    start = 0
    for end in breaks:
        yield start, end
        start = end


def faces(text, files):
    """The first font that has all of a cluster, for each character."""
    chosen = []
    for start, end in clusters(text):
        forms = [text[start:end], icu.Normalizer2.getNFCInstance().normalize(text[start:end])]
        ignorable = lambda c: icu.Char.hasBinaryProperty(c, icu.UProperty.DEFAULT_IGNORABLE_CODE_POINT)
        fits = lambda file: any(all(has(file, c) or ignorable(c) for c in form) for form in forms)
        chosen += [next((file for file in files if fits(file)), files[0])] * (end - start)
    return chosen


def scripts(text):
    found, current = [], None
    for character in text:
        code = icu.Script.getScript(character).getShortName()
        current = code if code not in ("Zyyy", "Zinh") else current
        found.append(current)
    following = next((code for code in found if code), "Latn")
    return [code or following for code in found]


def visual(runs, level):
    """Runs from left to right: from the highest level down, what is at least of it is turned around."""
    runs = list(runs)
    for turned in range(max(map(level, runs)), 0, -1):
        start = 0
        while start < len(runs):
            end = start
            while end < len(runs) and level(runs[end]) >= turned:
                end += 1
            runs[start:end] = reversed(runs[start:end])
            start = max(end, start + 1)
    return runs


def expected(line, files):
    """The glyphs of a line, [file, number, x, y], as HarfBuzz and ICU would set it."""
    text, language = line["text"], line["lang"]
    chosen = faces(text, files)
    bidi = icu.Bidi()
    paragraph = icu.UnicodeString(text)  # has to live as long as the levels are asked for
    bidi.setPara(paragraph, icu.Bidi.DEFAULT_LTR)
    levels = list(bidi.getLevels())
    if len(set(chosen)) == 1 and len(set(levels)) == 1:
        glyphs, _ = shape(chosen[0], text, 0, len(text), language, None)
        return True, [[chosen[0], *glyph] for glyph in glyphs]
    keys = list(zip(levels, chosen, scripts(text)))
    starts = [0] + [n for n in range(1, len(text)) if keys[n] != keys[n - 1]]
    runs = list(zip(starts, starts[1:] + [len(text)]))
    placed, pen = [], 0
    for start, end in visual(runs, lambda run: keys[run[0]][0]):
        level, file, script = keys[start]
        glyphs, advance = shape(file, text, start, end, language, level % 2 == 1, script)
        placed += [[file, number, pen + x, y] for number, x, y in glyphs]
        pen += advance
    return False, placed


def ask(tool, lines, *arguments):
    written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    answer = subprocess.run([tools / tool, *arguments], input=written, capture_output=True, text=True)
    if answer.returncode != 0:
        sys.exit(f"{tool}: {answer.stderr}")
    return [json.loads(line) for line in answer.stdout.splitlines()]


def check_glyphs(lines, weight):
    """Every line as the wall sets it, and again with the fonts named in the order of the language."""
    named = [line | {"fonts": order(line["lang"], weight)} for line in lines]
    asked = lines if weight == "Bold" else named
    same = {True: 0, False: 0}
    total = {True: 0, False: 0}
    for line, ours in zip(named, ask("layout", asked, "--fonts", fonts_folder)):
        strict, theirs = expected(line, line["fonts"])
        ours = [[run["font"], *glyph] for run in ours["runs"] for glyph in run["glyphs"]]
        equal = len(ours) == len(theirs) and all(
            a[:2] == b[:2] and abs(a[2] - b[2]) <= 0.5 and abs(a[3] - b[3]) <= 0.5 for a, b in zip(ours, theirs))
        if not equal:
            at = next((n for n, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
            faults.append(f"{line['id']} {weight}: glyph {at} of {line['text']!r}: {ours[at:at + 3]} is not HarfBuzz's"
                          f" {theirs[at:at + 3]}")
        if any(glyph[1] == 0 for glyph in ours):
            faults.append(f"{line['id']} {weight}: a glyph is missing in {line['text']!r}")
        total[strict] += 1
        same[strict] += equal
    print(f"glyphs, {weight:7}  equal to HarfBuzz's: {same[True]}/{total[True]} lines of one font,"
          f" {same[False]}/{total[False]} lines of several fonts or directions")


def write_digests(lines):
    """For every line, 16 digits of the SHA-256 of `font number x y` and a line feed for each of its glyphs."""
    def digest(line):
        _, glyphs = expected(line, order(line["lang"], "Bold"))
        told = "".join(f"{font} {number} {x} {y}\n" for font, number, x, y in glyphs)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    rows = [f"{json.dumps(line['id'])}: {json.dumps(digest(line))}" for line in lines]
    (work / "corpus-glyphs.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")


def is_forbidden(before, after):
    """What belongs to the character before it, or ends what is before it."""
    mark = icu.Char.charType(after) in (6, 7, 8) and icu.Script.getScript(after).getShortName() in ("Khmr", "Thai", "Laoo")
    return (mark or after in "\u200c\u200d" or "\u17d4" <= after <= "\u17db"
            or (before == "\u17d2" and "\u1780" <= after <= "\u17b3")
            or after in "ๆฯะาำๅະາຳຽ"
            or (before in "เแโใไ" and "ก" <= after <= "ฮ")
            or (before in "ເແໂໃໄ" and "ກ" <= after <= "ຮ"))


def check_breaks(lines):
    right, ours_only, theirs_only = {}, {}, {}
    forbidden = spaces = honoured = 0
    for line, ours in zip(lines, ask("breaks", lines)):
        text, language = line["text"], line["lang"]
        place, at = {}, 0
        for index, character in enumerate(text):
            place[at] = index
            at += len(character.encode())
        outside = [at for at in ours["breaks"] if at not in place]
        if outside:
            faults.append(f"{line['id']}: breaks within a character: {outside}")
            continue
        ours = {place[at] for at in ours["breaks"]}
        for at in sorted(ours):
            if is_forbidden(text[at - 1], text[at]):
                forbidden += 1
                faults.append(f"{line['id']}: a line may not begin with {text[at:at + 6]!r}")
        for index, character in enumerate(text[:-1]):
            if character == "\u200b" and text[index + 1] != "\u200b":
                spaces += 1
                honoured += index + 1 in ours
        breaks = icu.BreakIterator.createLineInstance(icu.Locale(language))
        breaks.setText(text)
        theirs = {at for at in breaks if at < len(text)}
        for count, found in ((right, ours & theirs), (ours_only, ours - theirs), (theirs_only, theirs - ours)):
            count[language] = count.get(language, 0) + len(found)
    if honoured < spaces:
        faults.append(f"only {honoured} of {spaces} zero width spaces are breaks")
    print(f"breaks           forbidden: {forbidden}; zero width spaces honoured: {honoured}/{spaces}")
    for language in right:
        f1 = 2 * right[language] / (2 * right[language] + ours_only[language] + theirs_only[language])
        print(f"breaks, {language:8} F1 against ICU {f1:.3f} ({right[language]} the same, {ours_only[language]} only"
              f" ours, {theirs_only[language]} only ICU's)")
        if f1 < LEAST.get(language, 0):
            faults.append(f"{language}: F1 {f1:.3f} is less than {LEAST[language]}")


@cache
def outline_face(file):
    face = freetype.Face(str(fonts_folder / file))
    face.set_pixel_sizes(0, SIZE)
    return face


def drawn(glyphs, left, baseline, width, height):
    """The line by FreeType: outlines unhinted, at their exact places, each laid over those before."""
    picture = numpy.zeros((height, width))
    for file, number, x, y in glyphs:
        face = outline_face(file)
        face.load_glyph(number, freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_NO_BITMAP)
        scale = SIZE * 64 / face.units_per_EM
        x, y = round(left * 64 + x * scale), round(y * scale)
        freetype.FT_Outline_Translate(ctypes.byref(face.glyph.outline._FT_Outline), x % 64, y % 64)
        face.glyph.render(freetype.FT_RENDER_MODE_NORMAL)
        bitmap = face.glyph.bitmap
        if bitmap.width == 0:
            continue
        ink = numpy.array(bitmap.buffer, dtype=float).reshape(bitmap.rows, bitmap.pitch)[:, :bitmap.width] / 255
        top, start = baseline - face.glyph.bitmap_top - y // 64, face.glyph.bitmap_left + x // 64
        under = picture[top:top + bitmap.rows, start:start + bitmap.width]
        ink = ink[:under.shape[0], :under.shape[1]]  # beside the picture there is nothing to compare with
        under += ink * (1 - under)
    return picture


def check_ink(lines):
    """How alike two pictures are: 1 less the light in which they differ, as a share of the light of both."""
    folder = work / "ink"
    ask("ink", lines, folder, "--fonts", fonts_folder)
    alike, cosines = [], []
    for line in lines:
        ours = numpy.array(Image.open(folder / f"{line['id']}.png"), dtype=float) / 255
        _, glyphs = expected(line, order(line["lang"], "Bold"))
        height, width = ours.shape
        best = (0, 0)
        for left in range(SIZE // 2, SIZE // 2 + 5):
            theirs = drawn(glyphs, left, SIZE * 2, width + SIZE, height)[:, :width]
            value = 1 - abs(ours - theirs).sum() / (ours + theirs).sum()
            best = max(best, (value, (ours * theirs).sum() / numpy.sqrt((ours**2).sum() * (theirs**2).sum())))
        alike.append((best[0], line["id"]))
        cosines.append(best[1])
    values = [value for value, _ in alike]
    median, (worst, where) = float(numpy.median(values)), min(alike)
    print(f"ink              alike to FreeType's: median {median:.4f}, worst {worst:.4f} ({where});"
          f" cosine: median {numpy.median(cosines):.4f}, worst {min(cosines):.4f}")
    for language in sorted({line["lang"] for line in lines}):
        part = [value for (value, _), line in zip(alike, lines) if line["lang"] == language]
        print(f"ink, {language:11} median {numpy.median(part):.4f}, worst {min(part):.4f}")
    if median < LEAST["median"] or worst < LEAST["worst"]:
        faults.append("the ink is not as FreeType's")


lines = [json.loads(line) for line in corpus.read_text(encoding="utf-8").splitlines()]
languages = {line["lang"] for line in lines}
print(f"corpus           {len(lines)} lines in {len(languages)} languages; HarfBuzz {hb.version_string()},"
      f" ICU {icu.ICU_VERSION}, FreeType {'.'.join(map(str, freetype.version()))}")
if len(lines) < LEAST["lines"] or len(languages) < 10:
    faults.append("the corpus is too small")
check_glyphs(lines, "Bold")
check_glyphs(lines, "Regular")
write_digests(lines)
check_breaks(lines)
check_ink(lines)
for fault in faults:
    print(fault, file=sys.stderr)
sys.exit(1 if faults else 0)
