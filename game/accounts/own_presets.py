"""Presets that an instructor saved: the options of a new game under a name."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from game.lobby.names import clean_name
from game.lobby.refusal import Refusal
from game.models import OwnPreset
from game.names.text import isolated, likeness

MOST = 20
OPTIONS = (
    "mode", "theme", "round_limit", "answer_seconds", "max_teams", "show_last_round", "show_own_score",
    "public_scoreboard", "lesson",
)  # fmt: skip


def save(owner: User, name: str, chosen: Mapping[str, Any]) -> OwnPreset:
    """Save these options under a name, in place of a preset of that name.  A bad name, or one too many, is refused."""
    name = clean_name(name)
    options = {option: chosen[option] for option in OPTIONS}
    with transaction.atomic():
        # Two saves at once are counted one after the other.
        User.objects.select_for_update().get(pk=owner.pk)
        saved = list(owner.own_presets.all())
        preset = next((one for one in saved if likeness(one.name) == likeness(name)), None)
        if preset is None and len(saved) >= MOST:
            raise Refusal("too_many_presets", _("You have %d presets, and more do not fit. Delete one first.") % MOST)
        preset = preset or OwnPreset(owner=owner)
        preset.name, preset.options = name, options
        preset.save()
    return preset


def options(owner: User, preset_id: int) -> dict[str, Any]:
    """Return the options of a new game by the owner's preset; refused when it is gone."""
    stored = _own(owner, preset_id).options
    return {option: stored[option] for option in OPTIONS if option in stored}


def rename(owner: User, preset_id: int, name: str) -> OwnPreset:
    """Give the owner's preset another name; refused when another preset of the owner has it."""
    preset = _own(owner, preset_id)
    preset.name = clean_name(name)
    taken = Refusal("name_taken", _("You have a preset with the name “%s” already.") % isolated(preset.name))
    if likeness(preset.name) in {likeness(other.name) for other in owner.own_presets.exclude(pk=preset_id)}:
        raise taken
    try:
        with transaction.atomic():
            preset.save(update_fields=["name"])
    except IntegrityError as error:
        raise taken from error
    return preset


def delete(owner: User, preset_id: int) -> None:
    """Delete the owner's preset; repeated, it does nothing."""
    owner.own_presets.filter(pk=preset_id).delete()


def _own(owner: User, preset_id: int) -> OwnPreset:
    preset = owner.own_presets.filter(pk=preset_id).first()
    if preset is None:
        raise Refusal("no_preset", _("This preset is gone. Choose another."))
    return preset
