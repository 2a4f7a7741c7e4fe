"""Compares where Khmer lines may end with where people have put zero width spaces: in the help of LibreOffice, whose
translators marked the words. The spaces are taken out, and the breaks that the wall finds are held against them.

    khmer.py EXAMPLES-FOLDER HELP-FOLDER

Prints precision, recall and F1, and ends with 1 if F1 is less than the bound.
"""

import html
import json
import re
import subprocess
import sys
from pathlib import Path

LEAST = {"paragraphs": 3000, "f1": 0.88}
SPACE = "\u200b"

tools, folder = map(Path, sys.argv[1:])


def paragraphs():
    """Every paragraph once that is mostly Khmer and has marked words throughout."""
    seen = set()
    for file in sorted(folder.rglob("*.html")):
        for written in re.findall(r'<(?:p|h[1-6])\b[^>]*>(.*?)</(?:p|h[1-6])>', file.read_text(encoding="utf-8"), re.S):
            text = " ".join(html.unescape(re.sub(r"<[^>]*>", "", written)).split())
            text = re.sub(f"{SPACE}+", SPACE, text).strip(SPACE + " ")
            letters = sum("\u1780" <= c <= "\u17ff" for c in text)
            # Where nobody marked words there is nothing to compare with: a word has seldom ten signs.
            if letters >= 20 and letters * 10 >= len(text) * 7 and text.count(SPACE) * 10 >= letters and text not in seen:
                seen.add(text)
                yield text


def is_khmer(character):
    return "\u1780" <= character <= "\u17d3"


gold = list(paragraphs())
lines = [{"id": n, "lang": "km", "text": text.replace(SPACE, "")} for n, text in enumerate(gold)]
written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
answer = subprocess.run([tools / "breaks"], input=written, capture_output=True, text=True)
if answer.returncode != 0:
    sys.exit(f"breaks: {answer.stderr}")
right = ours_only = theirs_only = characters = 0
for text, line, told in zip(gold, lines, map(json.loads, answer.stdout.splitlines())):
    plain, marked = line["text"], set()
    for part in text.split(SPACE)[:-1]:
        marked.add((max(marked) if marked else 0) + len(part.encode()))
    # Only within Khmer: where a space or a sign stands a line may end without anybody's mark.
    at, inner = 0, set()
    for before, after in zip(plain, plain[1:]):
        at += len(before.encode())
        if is_khmer(before) and is_khmer(after):
            inner.add(at)
    ours, marked = set(told["breaks"]) & inner, marked & inner
    right += len(ours & marked)
    ours_only += len(ours - marked)
    theirs_only += len(marked - ours)
    characters += len(plain)
precision, recall = right / max(right + ours_only, 1), right / max(right + theirs_only, 1)
f1 = 2 * right / max(2 * right + ours_only + theirs_only, 1)
print(f"breaks, km       against people: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"
      f" ({len(gold)} paragraphs, {characters} characters, {right + theirs_only} marks)")
if len(gold) < LEAST["paragraphs"] or f1 < LEAST["f1"]:
    sys.exit(f"at least {LEAST['paragraphs']} paragraphs and an F1 of {LEAST['f1']} are wanted")
