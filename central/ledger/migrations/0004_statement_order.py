import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Func, Value

# What was posted before gets its number in the order in which it was posted: a UUIDv7 begins with
# its milliseconds, and within one millisecond rows that are never changed lie in their order.
_NUMBER = """
    UPDATE journal AS j SET seq = n.seq
    FROM (SELECT id, row_number() OVER (ORDER BY substr(id::text, 1, 13), ctid) AS seq FROM journal)
        AS n
    WHERE n.id = j.id;
    SELECT setval('journal_seq', coalesce(max(seq), 0) + 1, false) FROM journal;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("ledger", "0003_closing_was_frozen"),
        ("members", "0003_plain_card_check_digits"),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE journal_seq", "DROP SEQUENCE journal_seq"),
        migrations.AddField(
            model_name="journal",
            name="seq",
            field=models.BigIntegerField(
                null=True,
                help_text="Rises with every transaction of a member: the order of their statement",
            ),
        ),
        migrations.RunSQL(_NUMBER, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="journal",
            name="seq",
            field=models.BigIntegerField(
                db_default=Func(Value("journal_seq"), function="nextval"),
                help_text="Rises with every transaction of a member: the order of their statement",
            ),
        ),
        migrations.RemoveIndex(model_name="journal", name="journal_member_at"),
        migrations.AlterField(
            model_name="journal",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="members.member",
            ),
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["member", "seq"], name="journal_member_seq"),
        ),
        migrations.AddField(
            model_name="pointclearing",
            name="withdrawn_at",
            field=models.DateTimeField(
                blank=True,
                help_text="It does not take place: lots have their own end again",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="clearing",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The announced clearing that ends it sooner",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="ledger.pointclearing",
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="own_end",
            field=models.DateTimeField(
                blank=True,
                help_text="Under a clearing: the end that it had, or would have",
                null=True,
            ),
        ),
    ]
