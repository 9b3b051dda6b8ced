"""Foreign keys and template includes go downwards only, as imports do (import-linter checks those)."""

import re
import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
LAYERS = next(contract["layers"] for contract in CONTRACTS if contract["name"] == "Imports go downwards only")
HEIGHT = {app: -number for number, layer in enumerate(LAYERS) for app in layer.split(" | ") if apps.is_installed(app)}
TEMPLATE_FOLDERS = {"public": "syndication"}  # whose templates a folder holds, where it is not named after its app
SHELL = {"components", "patterns"}  # what every template may use, and what itself uses no app's template
INCLUDE = re.compile(r"""\{%\s*(?:include|extends)\s+["']([^"']+)["']""")


def may_use(user: str, used: str) -> bool:
    return user == used or HEIGHT[used] < HEIGHT[user]


def owner_of(template: str) -> str:
    """The app that a template belongs to, or nothing where it belongs to the shell."""
    folder = template.partition("/")[0] if "/" in template else ""
    return "" if folder in SHELL or not folder else TEMPLATE_FOLDERS.get(folder, folder)


def test_every_foreign_key_points_downwards() -> None:
    upwards = []
    for app in HEIGHT:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                target = getattr(field, "related_model", None)
                if field.auto_created or not target or isinstance(target, str):
                    continue
                if target._meta.app_label in HEIGHT and not may_use(app, target._meta.app_label):
                    upwards.append(f"{app}.{model.__name__}.{field.name} → {target._meta.label}")
    assert upwards == []


def test_the_public_tables_point_to_no_internal_table() -> None:
    public = {"Channel", "Release", "ReleasedMedia", "FeedDocument"}
    for model in apps.get_app_config("syndication").get_models():
        if model.__name__ in public:
            targets = {field.related_model.__name__ for field in model._meta.concrete_fields if field.related_model}
            assert targets <= public, model.__name__


def test_every_template_uses_templates_of_its_own_app_or_of_one_below() -> None:
    upwards = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        name = path.relative_to(ROOT / "templates").as_posix()
        user = owner_of(name)
        for used_name in INCLUDE.findall(path.read_text()):
            used = owner_of(used_name)
            if used not in HEIGHT:
                continue  # the shell's, or Wagtail's
            if user not in HEIGHT or not may_use(user, used):
                upwards.append(f"{name} → {used_name}")
    assert upwards == []


def test_every_template_folder_belongs_to_an_app_or_to_the_shell() -> None:
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert (
        folders - set(HEIGHT) - SHELL - set(TEMPLATE_FOLDERS) - {"wagtailadmin", "wagtailimages", "registration"}
        == set()
    )


def test_no_app_has_a_name_that_means_nothing() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert not packages & {"core", "base", "utils", "common", "helpers"}


#: Why an import may stand inside a function; nothing else is a reason.
REASONS = {"models are not ready before", "settings are not named before"}


def test_an_import_inside_a_function_has_a_reason_of_the_list() -> None:
    pattern = re.compile(r"# noqa: PLC0415\b(?: - (.*))?$", re.MULTILINE)
    given = {
        f"{path.relative_to(ROOT)}: {found[1]}"
        for app in ("manage.py", *HEIGHT)
        for path in ([ROOT / app] if app.endswith(".py") else (ROOT / app).rglob("*.py"))
        for found in pattern.finditer(path.read_text())
        if found[1] not in REASONS
    }
    assert given == set()
