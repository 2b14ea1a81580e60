"""An inbox and a load of one feed of it without Dagster, for the tests of intake."""

from datetime import date

from assets.intake.assets import register_days
from assets.intake.load import Context, load_feed
from assets.intake.pseudonyms import hider
from assets.intake.sources import sources_from
from assets.intake.tables import create_intake
from assets.quality import Examiner
from assets.settings import load_settings

HEADER = "txn_id,deposit_id,pcn,payer_id,amount,method,lines_posted,received_on,posted_by,posted_at\n"


def payment(number, day="2026-03-02", amount="10.00", at="09:00:00"):
    return f"{number},D1,PCN1,P1,{amount},eob_manual,1,{day},Jane Roe,{day} {at}\n"


# One number stands for two payments: the suite of the table keeps such a slice out.
BAD = HEADER + payment("T1", amount="1.00") + payment("T1", amount="2.00")


class Desk:
    """An inbox, and a load of one feed of it without Dagster."""

    def __init__(self, connection, folder, sources=(), **intake):
        self.connection = connection
        self.folder = folder / "inbox"
        create_intake(connection)
        settings = load_settings(home=folder, inbox=self.folder)
        office = settings.office.model_copy(update={"time_zone": "America/Chicago"})
        self.settings = settings.model_copy(
            update={"office": office, "sources": sources, "intake": settings.intake.model_copy(update=intake)}
        )

    def put(self, day, content, name=None):
        path = self.folder / day / (name or f"payments_{day.replace('-', '')}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def register(self, *days):
        register_days(self.connection, self.settings, [date.fromisoformat(day) for day in days], run_id="r")

    def load(self, *days, feed="payments", released=None):
        context = Context(
            self.connection,
            self.settings,
            sources_from(self.settings.sources),
            hider(b"sixteen or more characters"),
            Examiner(self.connection),
            "r",
            {"intake.payments": {"event_date"}, "intake.transactions": {"body_hash"}},
            released or {},
        )
        return load_feed(context, feed, [date.fromisoformat(day) for day in days])

    def take_in(self, *days, feed="payments"):
        self.register(*days)
        return self.load(*days, feed=feed)

    def stood(self):
        """Load a good file of two payments, and return the rows."""
        self.put("2026-03-02", HEADER + payment("T1") + payment("T2"))
        self.take_in("2026-03-02")
        return self.all("select * from intake.payments order by all")

    def all(self, sql):
        return self.connection.execute(sql).fetchall()

    def standing(self):
        return dict(self.all("select path.split('/')[-1], status from intake.files"))
