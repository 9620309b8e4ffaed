"""Nobody's words change by lying in the recycle bin: a purpose takes them along, and back."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION said_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    movable CONSTANT text[] := ARRAY[{movable}];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - movable = to_jsonb(OLD) - movable THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What was said to a consent is neither changed nor deleted.';
END $$;
"""
WITH_BIN = FUNCTION.format(movable="'subject_id', 'updated_at', 'deleted_at', 'deleted_by'")
WITHOUT = FUNCTION.format(movable="'subject_id'")


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0014_purposes_together"),
    ]

    operations = [
        migrations.RunSQL(WITH_BIN, WITHOUT),
    ]
