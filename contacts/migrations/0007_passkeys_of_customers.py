import django.db.models.deletion
from django.db import migrations, models

import privacy.actor
import privacy.governance
import privacy.models.base
import privacy.vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0006_claimed_identities"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerPasskey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=privacy.models.base.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=privacy.actor.now, editable=False, verbose_name="created"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=privacy.actor.now, editable=False, verbose_name="changed"),
                ),
                (
                    "credential",
                    privacy.vault.fields.SealedCharField(
                        column="contacts.customerpasskey.credential", max_length=1400
                    ),
                ),
                (
                    "public_key",
                    privacy.vault.fields.SealedTextField(column="contacts.customerpasskey.public_key"),
                ),
                ("sign_count", models.BigIntegerField(default=0)),
                (
                    "label",
                    privacy.vault.fields.SealedCharField(
                        column="contacts.customerpasskey.label", max_length=60, verbose_name="name"
                    ),
                ),
                ("used_at", models.DateTimeField(null=True, verbose_name="last used")),
                (
                    "credential_index",
                    privacy.vault.fields.BlindIndexField(
                        blank=True, db_index=True, editable=False, null=True, source="credential", unique=True
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passkeys",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "verbose_name": "passkey of a customer",
                "verbose_name_plural": "passkeys of customers",
                "ordering": ["created_at", "id"],
                "abstract": False,
            },
            bases=(privacy.governance.Governed, models.Model),
        ),
    ]
