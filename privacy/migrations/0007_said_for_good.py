"""The database itself refuses to change what was said to a consent; whose it is may follow a merge of two persons."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION said_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'subject_id' = to_jsonb(OLD) - 'subject_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What was said to a consent is neither changed nor deleted.';
END $$;
CREATE TRIGGER said_for_good BEFORE UPDATE OR DELETE ON privacy_consentanswer
    FOR EACH ROW EXECUTE FUNCTION said_for_good();
CREATE TRIGGER said_for_good BEFORE UPDATE ON privacy_consentwording
    FOR EACH ROW EXECUTE FUNCTION said_for_good();
"""
ALLOW = """
DROP TRIGGER said_for_good ON privacy_consentwording;
DROP TRIGGER said_for_good ON privacy_consentanswer;
DROP FUNCTION said_for_good();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0006_consent"),
    ]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
    ]
