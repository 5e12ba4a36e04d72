"""`python -m central.er_diagram`: the entities and their relations, as mermaid, from the models."""

import os
import sys
from collections.abc import Iterator
from typing import Any

APPS = ("programme", "members", "devices", "ledger", "redemption", "staff")


def diagram() -> str:
    """The mermaid text; needs Django's settings, but no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "central.settings")
    import django
    from django.apps import apps

    django.setup()
    models = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    lines = ["erDiagram"]
    for model in models:
        lines.append(f"    {_options(model).db_table} {{")
        lines += [f"        {column}" for column in _columns(model)]
        lines.append("    }")
    lines += sorted(relation for model in models for relation in _relations(model))
    return "\n".join(lines) + "\n"


def _options(model: Any) -> Any:
    """Django's public model API, under a name that looks private."""
    return model._meta  # noqa: SLF001  # https://docs.djangoproject.com/en/5.2/ref/models/meta/


def _columns(model: Any) -> Iterator[str]:
    from django.db import connection

    for field in _options(model).concrete_fields:
        kind = (field.rel_db_type if not field.is_relation else field.db_type)(connection)
        kind = (kind or "unknown").split("(")[0].split(" ")[0]
        keys = ["PK"] if field.primary_key else []
        keys += ["FK"] if field.is_relation else []
        yield f"{kind} {field.column} {','.join(keys)}".rstrip()


def _relations(model: Any) -> Iterator[str]:
    table = _options(model).db_table
    for field in _options(model).concrete_fields:
        if field.is_relation:
            other = _options(field.related_model).db_table
            many = "o|" if field.one_to_one else "o{"
            one = "|o" if field.null else "||"
            yield f'    {other} {one}--{many} {table} : "{field.name}"'


HEADING = """# Entity relationship diagram

Made from the models by `python -m central.er_diagram > docs/er-diagram.md`; a test fails when it is
out of date. A member has many lots and many redemptions; a lot is one award; a hold takes from many
lots; a redemption is exactly one hold and one voucher.
"""


def document() -> str:
    """The whole of docs/er-diagram.md."""
    return f"{HEADING}\n```mermaid\n{diagram()}```\n"


if __name__ == "__main__":
    sys.stdout.write(document())
