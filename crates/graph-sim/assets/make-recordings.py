#!/usr/bin/env python3
"""Makes the recordings of the demo from its transcripts: NAME.vtt becomes NAME.mp4, beside it.

    assets/make-recordings.py [NAME...]        all of them without names

Picture and sound follow the cues: a tile for each speaker, lit while they speak, their words as caption, a clock, and a voice
of their own. H.264 baseline at 360 lines and AAC, the index in front, no metadata. Needs Python 3.9 and an ffmpeg with libflite,
librubberband, libass and libx264, and the font DejaVu Sans. A cue must be as long as its voice needs; a shorter one is hurried.
"""

import array
import hashlib
import html
import re
import subprocess
import sys
import tempfile
import unicodedata
import wave
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
RATE = 16_000
WIDTH, HEIGHT, FRAMES = 640, 360, 5
# Seconds of silence at the end.
TAIL = 1.5

TITLES = {
    "training-acme": "Security awareness training",
    "training-globex": "Security awareness training",
    "training-initech": "Security awareness training",
    "branch-1": "Onboarding of the new branch",
    "branch-2": "Onboarding of the new branch",
}


class Person(NamedTuple):
    voice: str
    pitch: float
    colour: str  # RRGGBB
    company: str


PEOPLE = {
    "Tomas Berg": Person("rms", 1.0, "3B6EA8", "Northwind IT"),
    "Dana Ortiz": Person("slt", 1.0, "3B6EA8", "Northwind IT"),
    "Søren Lindqvist": Person("kal16", 0.96, "2F7F86", "Northwind IT"),
    "Bo Sample": Person("awb", 0.98, "8A5A9E", "Acme Manufacturing"),
    "Jürgen Größl": Person("kal16", 0.86, "A0643A", "Acme Manufacturing"),
    "Ada Example": Person("slt", 1.12, "A4566B", "Acme Manufacturing"),
    "Cy Sample": Person("awb", 1.06, "8A5A9E", "Globex"),
    "Zoë Ó Briain": Person("slt", 0.93, "5B7F4B", "Globex"),
    "Casey Moore": Person("rms", 1.08, "3B6EA8", "Contoso Care"),
    "Dee Sample": Person("slt", 1.05, "A4566B", "Initech"),
    "Łukasz Żak": Person("kal16", 1.05, "A0643A", "Initech"),
}


class Cue(NamedTuple):
    start: float
    end: float
    who: str
    text: str


def seconds(stamp: str) -> float:
    hours, minutes, rest = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def cues(vtt: str) -> list[Cue]:
    found = re.findall(r"^([\d:.]+) --> ([\d:.]+)\n<v ([^>]+)>(.*?)</v>$", vtt, re.M | re.S)
    return [Cue(seconds(a), seconds(b), who, " ".join(html.unescape(text).split())) for a, b, who, text in found]


# --- Sound ---


def spoken(text: str) -> str:
    """What an English voice can read."""
    text = text.replace("ö", "er").replace("ø", "er").replace("Ł", "W").replace("&", "and").replace("—", "")
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def speech(who: str, text: str, longest: float, folder: Path) -> array.array:
    person = PEOPLE[who]
    words, sound = folder / "words.txt", folder / "sound.wav"
    words.write_text(spoken(text))
    trim = "silenceremove=start_periods=1:start_threshold=-50dB"
    filters = f"aresample={RATE},rubberband=pitch={person.pitch},{trim},areverse,{trim},areverse,speechnorm=e=4:p=0.7"
    source = f"flite=textfile={words}:voice={person.voice}"

    def run(filters: str) -> array.array:
        ffmpeg("-f", "lavfi", "-i", source, "-af", filters, "-ar", str(RATE), "-ac", "1", sound)
        with wave.open(str(sound)) as file:
            return array.array("h", file.readframes(file.getnframes()))

    samples = run(filters)
    hurry = len(samples) / RATE / longest
    return samples if hurry <= 1.01 else run(f"{filters},atempo={min(hurry, 2)}")


def soundtrack(all_cues: list[Cue], length: float, folder: Path) -> Path:
    track = array.array("h", bytes(2 * int(length * RATE)))
    for cue in all_cues:
        start = int(cue.start * RATE)
        for at, sample in enumerate(speech(cue.who, cue.text, cue.end - cue.start, folder), start):
            if at < len(track):
                track[at] = max(-32768, min(32767, track[at] + sample))
    path = folder / "track.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(track), "NONE", ""))
        file.writeframes(track.tobytes())
    return path


# --- Picture: a script for libass ---


def stamp(time: float) -> str:
    hundredths = round(time * 100)
    return f"{hundredths // 360000}:{hundredths // 6000 % 60:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def bgr(rgb: str) -> str:
    return f"&H{rgb[4:6]}{rgb[2:4]}{rgb[0:2]}&"


def box(x: float, y: float, width: float, height: float, radius: float) -> str:
    """A rectangle with round corners."""
    x, y, right, bottom, k = x, y, x + width, y + height, radius * 0.45
    left, top = x, y
    return (
        f"m {left + radius} {top} l {right - radius} {top} b {right - k} {top} {right} {top + k} {right} {top + radius} "
        f"l {right} {bottom - radius} b {right} {bottom - k} {right - k} {bottom} {right - radius} {bottom} "
        f"l {left + radius} {bottom} b {left + k} {bottom} {left} {bottom - k} {left} {bottom - radius} "
        f"l {left} {top + radius} b {left} {top + k} {left + k} {top} {left + radius} {top}"
    )


class Script:
    def __init__(self, length: float):
        self.length, self.lines = length, []

    def shape(self, layer: int, drawing: str, colour: str, start: float = 0, end: float | None = None):
        tags = rf"{{\an7\pos(0,0)\bord0\shad0\1c{bgr(colour)}\p1}}"
        self.add(layer, start, end, tags + drawing)

    def text(self, layer, words, x, y, size, colour, start=0.0, end=None, align=7, tags=""):
        words = words.replace("\\", "").replace("{", "(").replace("}", ")")
        self.add(layer, start, end, rf"{{\an{align}\pos({x},{y})\fs{size}\bord0\shad0\1c{bgr(colour)}{tags}}}{words}")

    def add(self, layer, start, end, content):
        end = self.length if end is None else end
        self.lines.append(f"Dialogue: {layer},{stamp(start)},{stamp(end)},Default,,0,0,0,,{content}")

    def __str__(self):
        head = (
            f"[Script Info]\nScriptType: v4.00+\nPlayResX: {WIDTH}\nPlayResY: {HEIGHT}\nWrapStyle: 0\n\n[V4+ Styles]\n"
            "Format: Name, Fontname, Fontsize, PrimaryColour, BackColour, Bold, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV\n"
            "Style: Default,DejaVu Sans,16,&H00FFFFFF,&H00000000,0,1,0,0,2,36,36,14\n\n[Events]\n"
            "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        )
        return head + "\n".join(self.lines) + "\n"


def clock(time: float) -> str:
    return f"{int(time) // 60:02}:{int(time) % 60:02}"


def picture(name: str, all_cues: list[Cue], length: float) -> str:
    script = Script(length)
    script.text(1, TITLES[name], 20, 14, 17, "F2F4F8", tags=r"\b1")
    for second in range(int(length) + 1):
        end = min(second + 1, length)
        if end > second:
            script.text(1, f"{clock(second)} / {clock(length)}", WIDTH - 20, 16, 14, "AEB6C4", second, end, align=9)
    script.shape(1, box(WIDTH - 138, 19, 10, 10, 5), "E5484D")

    people = list(dict.fromkeys(cue.who for cue in all_cues))
    gap, top, height = 12, 46, 208
    width = (WIDTH - 40 - gap * (len(people) - 1)) / len(people)
    for at, who in enumerate(people):
        person, left = PEOPLE[who], 20 + at * (width + gap)
        middle, centre = left + width / 2, top + 86
        script.shape(1, box(left, top, width, height, 10), "262B36")
        script.shape(2, box(middle - 42, centre - 42, 84, 84, 42), person.colour)
        initials = "".join(part[0] for part in (who.split()[0], who.split()[-1]))
        script.text(3, initials, middle, centre, 34, "FFFFFF", align=5)
        script.text(3, who, middle, top + 152, 15, "F2F4F8", align=5, tags=r"\b1")
        script.text(3, person.company, middle, top + 173, 12, "AEB6C4", align=5)
        for cue in (cue for cue in all_cues if cue.who == who):
            script.shape(0, box(left - 3, top - 3, width + 6, height + 6, 12), "8FD0A0", cue.start, cue.end)
            speaking(script, middle, top + 193, cue)

    script.shape(1, box(20, 266, WIDTH - 40, 80, 8), "0D0F14")
    for at, cue in enumerate(all_cues):
        # An interruption takes the place of what it interrupts.
        following = all_cues[at + 1].start if at + 1 < len(all_cues) else cue.end
        caption(script, cue, min(cue.end, following))
    return str(script)


def speaking(script: Script, middle: float, bottom: float, cue: Cue):
    """Bars that dance while somebody speaks, the same in every run."""
    step, time, count = 0.4, cue.start, 0
    while time < cue.end - 0.05:
        noise = hashlib.sha256(f"{cue.start}{count}".encode()).digest()
        bars = [box(middle - 17 + 8 * bar, bottom - 2 - noise[bar] // 32, 4, 4 + noise[bar] // 16, 2) for bar in range(5)]
        script.shape(3, " ".join(bars), "8FD0A0", time, min(time + step, cue.end))
        time, count = time + step, count + 1


def caption(script: Script, cue: Cue, end: float):
    script.text(2, cue.who, 36, 274, 12, "8FD0A0", cue.start, end)
    words = cue.text.replace("{", "(").replace("}", ")")
    tags = rf"{{\an7\pos(36,292)\fs15\bord0\shad0\1c{bgr('F2F4F8')}\q0\clip(36,288,{WIDTH - 30},346)}}"
    script.add(2, cue.start, end, tags + words)


# --- Both ---


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


def make(name: str):
    all_cues = cues((HERE / "recordings" / f"{name}.vtt").read_text())
    length = round(max(cue.end for cue in all_cues) + TAIL)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        script = folder / "picture.ass"
        script.write_text(picture(name, all_cues, length))
        sound = soundtrack(all_cues, length, folder)
        target = HERE / "recordings" / f"{name}.mp4"
        ffmpeg(
            *("-f", "lavfi", "-i", f"color=0x171A21:s={WIDTH}x{HEIGHT}:r={FRAMES}:d={length}", "-i", sound, "-t", length),
            *("-vf", f"ass={script},format=yuv420p", "-c:v", "libx264", "-profile:v", "baseline", "-preset", "veryslow"),
            *("-tune", "animation", "-crf", "30", "-g", FRAMES * 10, "-threads", "1"),
            *("-c:a", "aac", "-b:a", "16k", "-ac", "1", "-ar", RATE, "-movflags", "+faststart", "-map_metadata", "-1"),
            *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", target),
        )
        print(f"{target.name}: {length} s, {target.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    for name in sys.argv[1:] or TITLES:
        make(name)
