"""Makes the sound, transcripts and pictures of the demo content from their sources.

Not needed to run the site, because the results are committed. Needs espeak-ng, ffmpeg and Playwright's Chromium:
`python -m intranet.demo.make_media`. The speech is synthetic, so nobody's voice is in this repository.
"""

import subprocess
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path

CONTENT = Path(__file__).parent / "content"

# espeak-ng voice, pitch (0 to 99) and speed (words per minute) of each person.
VOICES: dict[str, tuple[str, int, int]] = {
    "mary": ("en-gb+f2", 55, 165),
    "hana": ("en-us+f4", 62, 160),
    "priya": ("en-gb-x-rp+f3", 48, 158),
    "otto": ("en-gb-scotland+m3", 34, 150),
    "siobhan": ("en-gb-scotland+f2", 52, 162),
    "dele": ("en-gb+m1", 30, 152),
    "amina": ("en-gb-x-rp+f4", 58, 160),
}
PAUSE_SECONDS = 0.35


def scripts() -> Iterator[Path]:
    yield from sorted(CONTENT.glob("spaces/*/podcasts/*/*.txt"))


def lines(script: Path) -> Iterator[tuple[str, str]]:
    for line in script.read_text(encoding="utf-8").splitlines():
        speaker, _, sentence = line.partition(" | ")
        yield speaker, sentence


def clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"00:{int(minutes):02}:{rest:06.3f}"


def speak(script: Path) -> None:
    cues, frames, moment, parameters = [], [], 0.0, None
    with tempfile.TemporaryDirectory() as folder:
        part, whole = Path(folder) / "part.wav", Path(folder) / "whole.wav"
        for speaker, sentence in lines(script):
            voice, pitch, speed = VOICES[speaker]
            command = ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(speed), "-w", str(part), sentence]
            subprocess.run(command, check=True)
            with wave.open(str(part)) as sound:
                parameters = sound.getparams()
                length = sound.getnframes() / sound.getframerate()
                frames.append(sound.readframes(sound.getnframes()))
            frames.append(b"\0\0" * int(PAUSE_SECONDS * parameters.framerate))
            cues.append(
                f"{clock(moment)} --> {clock(moment + length)}\n<v {speaker.replace('siobhan', 'Siobhán').title()}>{sentence}\n"
            )
            moment += length + PAUSE_SECONDS
        if parameters is None:
            raise SystemExit(f"{script} is empty.")
        with wave.open(str(whole), "wb") as sound:
            sound.setparams(parameters)
            sound.writeframes(b"".join(frames))
        encode = ["ffmpeg", "-y", "-loglevel", "error", "-i", str(whole), "-ac", "1", "-ar", "22050", "-b:a", "24k"]
        plain = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
        subprocess.run([*encode, *plain, str(script.with_suffix(".mp3"))], check=True)
    script.with_suffix(".vtt").write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")


def draw() -> None:
    from PIL import Image
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for drawing in sorted((CONTENT / "pictures").glob("*.svg")):
            svg = drawing.read_text(encoding="utf-8")
            width, height = (int(svg.split(f'{name}="', 1)[1].split('"', 1)[0]) for name in ("width", "height"))
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_content(f'<body style="margin:0">{svg}</body>')
            target = drawing.with_suffix(".png")
            page.screenshot(path=str(target))
            page.close()
            with Image.open(target) as picture:
                picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)
        browser.close()


if __name__ == "__main__":
    for each in scripts():
        speak(each)
    draw()
