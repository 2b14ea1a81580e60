"""What lies beside the inbox of formats: the sources that read the odd files, and a text that says what this is.

Belongs here: `rcmbench.toml` and `README.txt`. Does not belong here: the files themselves.
"""

CONFIGURATION = """\
# Sources for the files of this folder whose names or headers are not the built-in ones.
[office]
name = "Sample formats"
time_zone = "America/Chicago"

[[sources]]
feed = "payments"
pattern = '^payments_own_footer\\.csv$'
footer = ["End of sample"]

[[sources]]
feed = "payments"
pattern = '^payments_[a-z_0-9]+\\.(csv|tsv|txt|xlsx|parquet)$'

[[sources]]
feed = "payments"
pattern = '^kasse_.*\\.csv$'
[sources.aliases]
"Lfd. Nr." = "txn_id"
"Betrag" = "amount"
"Wer" = "posted_by"
"Wann" = "posted_at"
"Art" = "method"

[[sources]]
feed = "deposits"
pattern = '^deposits_[a-z_0-9]+\\.(csv|parquet)$'

[[sources]]
feed = "charge_entries"
pattern = '^charge_entries_[a-z_]+\\.(csv|xlsx)$'

[[sources]]
feed = "charge_entries"
pattern = '^buchungen_.*\\.csv$'
delimiter = ";"
date_formats = ["%d.%m.%Y"]
datetime_formats = ["%d.%m.%Y %H:%M"]

[[sources]]
feed = "activity"
pattern = '^rescuetime_(?P<staff>[a-z0-9-]+)_\\d{8}\\.csv$'
tracker = {name = "rescuetime"}

[[sources]]
feed = "activity"
pattern = '^flowace_usage_.*\\.csv$'
tracker = {name = "flowace"}
formats = {active_s = "h:mm"}

[[sources]]
feed = "activity"
pattern = '^flowace_daily_.*\\.csv$'
tracker = {name = "flowace"}
formats = {active_s = "decimal_hours"}

[[sources]]
feed = "activity"
pattern = '^flowace_undeclared_.*\\.csv$'
tracker = {name = "flowace"}
"""

README = """\
Everything in this folder is invented: people, patients, member numbers, payers and amounts.

inbox/            every format that rcmbench reads, clean and damaged
rcmbench.toml     the sources for the files with odd names and headers
truth/account.csv what must become of every file: records = loaded + rejected + footers,
                  the status, the codes of its flags, and the exit code of `rcmbench check` on it alone
                  (0 clean, 1 flagged, 2 cannot be used). Only what was tried has counts.

The account was written together with the files and not by reading them. Try it:

    rcmbench run --inbox inbox --home home
    rcmbench status --home home

Files that begin with a dot or end in .part are passed over, and are not in the account.
"""
