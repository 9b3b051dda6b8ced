"""The forms of shows and episodes, with recording, cover and transcript."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from desk.composer import ComposerForm
from desk.pictures import PictureKeeper, initial_of_picture
from limits import TRANSCRIPT_CHARACTERS
from media.models import Recording
from media.probes import ACCEPT, STORED_ENDINGS, NotARecording, Probe, probe, riff
from pages.models import BasePage
from podcasts.models import EpisodePage, ShowPage
from text import phrases
from text.transcripts import problems
from web.numbers import whole_number

#: How many of the lines that would be lost are named.
MAX_NAMED_LINES = 5
#: Smallest and largest side of a cover in pixels (https://podcasters.apple.com/support/896-artwork-requirements).
COVER_SIDE_LIMITS = (1400, 3000)


class ShowForm(PictureKeeper, ComposerForm):
    picture_fields: ClassVar[dict[str, Any]] = {"cover": _("Cover")}

    @classmethod
    def initial_of(cls, page: BasePage) -> dict[str, Any]:
        initial = super().initial_of(page)
        if isinstance(page, ShowPage):
            initial |= initial_of_picture("cover", page.media_in("cover"))
        return initial

    def apply_to(self, page: Any) -> None:
        super().apply_to(page)
        if self.mentions_picture("cover"):
            page.cover = self.kept_picture("cover")
            self.describe("cover", page.cover)

    def remarks(self) -> list[str]:
        cover = self.kept_picture("cover")
        smallest, largest = COVER_SIDE_LIMITS
        if cover is None or (cover.width == cover.height and smallest <= cover.width <= largest):
            return super().remarks()
        return [
            *super().remarks(),
            _(
                "The cover is %(width)s × %(height)s pixels. Apple Podcasts needs a square of %(smallest)s to "
                "%(largest)s pixels."
            )
            % {"width": cover.width, "height": cover.height, "smallest": smallest, "largest": largest},
        ]


class RecordingField(forms.FileField):
    """Refuses a file that is not the audio or video its name says, and sets `probe` on it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": ACCEPT}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload:
            if upload.size > settings.INTRANET_MAX_UPLOAD_BYTES:
                raise forms.ValidationError(
                    phrases.FILE_TOO_LARGE,
                    params={"name": upload.name, "size": filesizeformat(settings.INTRANET_MAX_UPLOAD_BYTES)},
                )
            try:
                upload.probe = probe(upload, upload.name)
                riff.make_small(upload)
            except NotARecording as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return upload


class EpisodeForm(PictureKeeper, ComposerForm):
    recording = RecordingField(
        label=_("Sound or video"), required=False, help_text=_("MP3, M4A, AAC, FLAC, Ogg, WAV, MP4, MOV or WebM.")
    )
    recording_kept = forms.IntegerField(required=False, widget=forms.HiddenInput)
    season = forms.IntegerField(label=_("Season"), required=False, min_value=1, max_value=9999)
    number = forms.IntegerField(label=_("Episode number"), required=False, min_value=1, max_value=9999)
    transcript = forms.CharField(
        label=_("Transcript"),
        required=False,
        max_length=TRANSCRIPT_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("WebVTT or SubRip with times, or plain text. Lines with a time link to that moment in the player."),
    )
    transcript_file = forms.FileField(
        label=_("Transcript from a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,.txt"}),
        help_text=_("Replaces the text above."),
    )

    plain_fields: ClassVar[tuple[str, ...]] = (*ComposerForm.plain_fields, "transcript", "season", "number")

    @classmethod
    def initial_of(cls, page: BasePage) -> dict[str, Any]:
        initial = super().initial_of(page)
        if isinstance(page, EpisodePage):
            initial["recording_kept"] = page.recording_id
        return initial

    def clean_transcript_file(self) -> str:
        upload = self.cleaned_data["transcript_file"]
        if not upload:
            return ""
        refusal = forms.ValidationError(
            _("“%(name)s” is not a UTF-8 text file. Save it as UTF-8, then choose it again."),
            params={"name": upload.name},
        )
        if upload.size > TRANSCRIPT_CHARACTERS:
            raise forms.ValidationError(
                _("“%(name)s” is larger than %(number)s MB. Choose a smaller file."),
                params={"name": upload.name, "number": TRANSCRIPT_CHARACTERS // 1_000_000},
            )
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise refusal from None
        if "\0" in text:
            raise refusal
        _refuse_lost_lines(text)
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("transcript_file"):
            cleaned["transcript"] = cleaned["transcript_file"]
        return cleaned

    def clean_transcript(self) -> str:
        text: str = self.cleaned_data["transcript"]
        # Faults that are already stored, for example by an import, must not block other changes.
        if text.split() != str(getattr(self.page, "transcript", "")).split():
            _refuse_lost_lines(text)
        return text

    def kept_recording(self) -> Recording | None:
        kept = self.data.get("recording_kept") if self.is_bound else self.initial.get("recording_kept")
        return Recording.objects.filter(pk=number, space=self.space).first() if (number := whole_number(kept)) else None

    def keep_uploads(self) -> None:
        super().keep_uploads()
        if upload := self.cleaned_data.get("recording"):
            title = self.cleaned_data.get("title") or PurePosixPath(upload.name).stem
            if recording := self._stored("recording", store_recording, upload, upload.probe, title=title):
                self.data["recording_kept"] = str(recording.pk)
        if text := self.cleaned_data.get("transcript_file"):
            self.data["transcript"] = text

    def upload_errors(self) -> bool:
        return super().upload_errors() or any(self.errors.get(name) for name in ("recording", "transcript_file"))

    def apply_to(self, page: Any) -> None:
        super().apply_to(page)
        if "recording_kept" in self.data:
            page.recording = self.kept_recording()


def _refuse_lost_lines(text: str) -> None:
    words = {
        "backwards": _("Line %(line)s ends before it starts. Correct its times."),
        "no times": _("Line %(line)s has no times, so it would not be shown. Add its times."),
    }
    found = problems(text)
    if found:
        raise forms.ValidationError(
            [
                forms.ValidationError(words[problem.kind], params={"line": problem.line})
                for problem in found[:MAX_NAMED_LINES]
            ]
        )


def store_recording(
    upload: UploadedFile, found: Probe, *, title: str, space: Any, person: Any, audience: str = "space"
) -> Recording:
    """Save a probed recording for a space, with a hash of its bytes."""
    path = PurePosixPath(upload.name or "recording")
    ending = STORED_ENDINGS.get(path.suffix.lower(), {}).get(found.media_type, path.suffix)
    name = get_valid_filename(path.stem + ending)[-80:]
    recording = Recording(
        title=title[:255],
        media_type=found.media_type,
        length=found.length,
        duration=found.duration or None,
        space=space,
        audience=audience,
        uploaded_by=person,
    )
    recording.file.save(name, upload, save=False)
    recording.sha256 = recording.digest()
    recording.save()
    return recording
