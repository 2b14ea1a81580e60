"""Pseudonyms: the same person everywhere, nobody by name, and a key that only its owner may read."""

import stat

import pytest

from assets.intake.pseudonyms import PseudonymKeyError, hider, load_key

KEY = b"a key that is long enough"


def test_the_same_person_has_one_pseudonym_whatever_the_spacing_and_case():
    hide = hider(KEY)
    assert hide("staff", "Jane  Roe ") == hide("staff", "JANE ROE") == hider(KEY)("staff", " jane roe")
    assert hide("staff", "Jane Roe") != hide("staff", "Jane Row")


def test_kinds_do_not_share_pseudonyms_and_keys_do_not_either():
    assert hider(KEY)("staff", "X1")[2:] != hider(KEY)("member", "X1")[2:]
    assert hider(KEY)("staff", "X1") != hider(KEY + b".")("staff", "X1")


def test_a_pseudonym_tells_its_kind_and_nothing_of_the_name():
    assert hider(KEY)("staff", "Jane Roe").startswith("s_")
    assert len(hider(KEY)("patient", "Jane Roe")) == 22
    assert not {"jane", "roe"} & set(hider(KEY)("staff", "Jane Roe").split("_"))


@pytest.mark.parametrize("empty", [None, "", "   "])
def test_nobody_has_no_pseudonym(empty):
    assert hider(KEY)("staff", empty) is None


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    key = load_key(tmp_path)
    path = tmp_path / "pseudonym.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(tmp_path) == key
    assert len(key) == 64
    other = tmp_path / "other"
    other.mkdir()
    assert load_key(other) != key


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o666])
def test_a_key_that_others_may_read_is_refused_with_the_remedy(tmp_path, mode):
    load_key(tmp_path)
    path = tmp_path / "pseudonym.key"
    path.chmod(mode)
    with pytest.raises(PseudonymKeyError, match="chmod 600"):
        load_key(tmp_path)


def test_the_environment_wins_over_the_file_and_makes_none(tmp_path, monkeypatch):
    monkeypatch.setenv("RCMBENCH_KEY", "sixteen or more characters")
    assert load_key(tmp_path) == b"sixteen or more characters"
    assert list(tmp_path.iterdir()) == []
    monkeypatch.delenv("RCMBENCH_KEY")
    of_file = load_key(tmp_path)
    monkeypatch.setenv("RCMBENCH_KEY", "sixteen or more characters")
    assert load_key(tmp_path) != of_file


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_short_key_is_refused_without_being_shown(tmp_path, monkeypatch, where):
    if where == "environment":
        monkeypatch.setenv("RCMBENCH_KEY", "tooshort")
    else:
        path = tmp_path / "pseudonym.key"
        path.write_text("tooshort")
        path.chmod(0o600)
    with pytest.raises(PseudonymKeyError, match="shorter than 16") as told:
        load_key(tmp_path)
    assert "tooshort" not in str(told.value)
