from django.db import migrations

import privacy.vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0015_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalmessage",
            name="message_id",
            field=privacy.vault.fields.SealedCharField(
                blank=True, column="tickets.message.message_id", editable=False, max_length=998
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="message_id",
            field=privacy.vault.fields.SealedCharField(
                blank=True, column="tickets.message.message_id", editable=False, max_length=998
            ),
        ),
    ]
