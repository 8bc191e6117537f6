"""Writes what webvtt-py reads in each *.vtt here to the *.json beside it. See README.md."""

import html
import json
import pathlib

import webvtt

HERE = pathlib.Path(__file__).parent


def cue(caption):
    def milliseconds(time):
        hours, minutes, seconds, milliseconds = time.to_tuple()
        return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds

    # webvtt-py removes tags and leaves character references alone.
    return {
        "start": milliseconds(caption.start_time),
        "end": milliseconds(caption.end_time),
        "speaker": caption.voice and html.unescape(caption.voice),
        "text": html.unescape(caption.text),
    }


for file in sorted(HERE.glob("*.vtt")):
    cues = [cue(caption) for caption in webvtt.read(file)]
    lines = ",\n".join("  " + json.dumps(cue, ensure_ascii=False) for cue in cues)
    file.with_suffix(".json").write_text(f"[\n{lines}\n]\n" if cues else "[]\n", encoding="utf-8")
