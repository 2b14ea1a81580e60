"""The example of docs/bring-your-own-data.md: its file, its mapping and every line that it shows, tried as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs/bring-your-own-data.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = [text for language, text in BLOCKS if language == "console" and text.startswith("$ rcmbench")]


def block(language, beginning):
    return next(text for lang, text in BLOCKS if lang == language and text.startswith(beginning))


@pytest.fixture
def there(command, tmp_path, monkeypatch):
    """Stand, after `command` went elsewhere, in a folder that holds what the page tells to write, but for the mapping."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / re.search(r"`(inbox/\S+\.csv)`", PAGE)[1]
    file.parent.mkdir(parents=True)
    file.write_text(block("text", "Trail No"), encoding="utf-8")
    (tmp_path / "rcmbench.toml").write_text(block("toml", "[office]"), encoding="utf-8")
    return tmp_path


def test_the_page_shows_a_look_a_proposal_and_a_second_look():
    assert [" ".join(text.split()[1:4]) for text in SHOWN] == [
        "rcmbench check inbox", "rcmbench sources init", "rcmbench check inbox",
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_the_page_shows_what_the_command_prints(there, command, number):
    if number == 2:
        (there / "sources.toml").write_text(block("toml", '[[sources]]\nfeed = "work_log"'), encoding="utf-8")
    first, _, expected = SHOWN[number].partition("\n")
    said = command(*shlex.split(first)[2:])
    assert said.out.rstrip() == expected.rstrip()


def test_the_mapping_answers_every_question_of_the_proposal(there, command):
    first = SHOWN[1].partition("\n")[0]
    asked = re.findall(r"^# required: (\w+),", command(*shlex.split(first)[2:]).out, re.MULTILINE)
    answered = re.findall(r'= "(\w+)"$', block("toml", '[[sources]]\nfeed = "work_log"'), re.MULTILINE)
    assert asked
    assert set(asked) <= set(answered)
