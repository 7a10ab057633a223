"""Settings: three places, one model, and every mistake told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr, ValidationError

from bot.configuration.sample import about, sample, table, toml
from bot.configuration.spots import variable
from bot.policies import shipped_policy
from bot.settings import SPOTS, Settings, SettingsWrong, SlackSettings, TelegramSettings, load
from bot.words import Lexicon, Words
from core.sla.clock import ClockName

ROOT = Path(__file__).parent.parent
LEXICON = Lexicon.load()
VARIABLES = [path for path, spot in SPOTS.items() if spot.is_setting and path[0] not in ("topics", "rooms")]
"""What a variable of its own sets."""


def words(language: str = "en") -> Words:
    return LEXICON.words(language, UTC, datetime(2026, 11, 24, 9, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secrets").mkdir()
    return tmp_path


@pytest.fixture
def loaded(folder: Path) -> Callable[..., Settings]:
    """Load from a file's text, variables and secret files."""

    def loading(text: str = "", /, secrets: Mapping[str, str] | None = None, **environ: str) -> Settings:
        if text:
            (folder / "sportello.toml").write_text(text, encoding="utf-8")
        for name, secret in (secrets or {}).items():
            (folder / "secrets" / name).write_text(secret, encoding="utf-8")
        return load({"SPORTELLO_SECRETS": str(folder / "secrets"), **environ}, folder)

    return loading


@pytest.fixture
def refused(loaded: Callable[..., Settings]) -> Callable[..., list[str]]:
    """What is said against settings that are wrong, in English, a line each."""

    def refusing(*args: str, **environ: str) -> list[str]:
        with pytest.raises(SettingsWrong) as wrong:
            loaded(*args, **environ)
        return [words().line(problem) for problem in wrong.value.problems]

    return refusing


class TestWhereTheyComeFrom:
    def test_without_any_the_page_is_the_example(self, loaded) -> None:
        settings = loaded()
        assert settings.desk.phones == ("800 805093", "+39 02 87119396")
        assert [topic.key for topic in settings.topics] == ["documents", "trusted-client", "credentials"]
        assert settings.sla.to_policy() == shipped_policy().to_policy()

    def test_a_file_is_read(self, loaded) -> None:
        assert loaded('[desk]\nname = "Help"').desk.name == "Help"

    def test_a_secret_file_is_over_the_file(self, loaded) -> None:
        settings = loaded('[mail]\npassword = "a"', secrets={"sportello_mail__password": "b\n"})
        assert settings.mail.password.get_secret_value() == "b"

    def test_a_variable_is_over_a_secret_file(self, loaded) -> None:
        secrets = {"SPORTELLO_MAIL__PASSWORD": "b"}
        settings = loaded(secrets=secrets, SPORTELLO_MAIL__PASSWORD="c")
        assert settings.mail.password.get_secret_value() == "c"

    def test_what_one_place_leaves_open_another_fills(self, loaded) -> None:
        settings = loaded('[desk]\nname = "Help"\nformal = true', SPORTELLO_DESK__LANGUAGE="en")
        assert (settings.desk.name, settings.desk.formal, settings.desk.language) == ("Help", True, "en")

    def test_a_file_elsewhere_is_named_by_a_variable(self, loaded, folder: Path) -> None:
        (folder / "other.toml").write_text('data = "elsewhere"')
        assert loaded(SPORTELLO_CONFIG="other.toml").data == Path("elsewhere")

    def test_other_files_among_the_secrets_are_not_ours(self, loaded) -> None:
        assert loaded(secrets={"postgres_password": "x"}) == Settings()

    def test_an_empty_variable_says_nothing(self, loaded) -> None:
        assert loaded('[desk]\nname = "Help"', SPORTELLO_DESK__NAME="").desk.name == "Help"

    def test_what_kubernetes_adds_beside_a_service_is_no_setting(self, loaded) -> None:
        environ = {"SPORTELLO_SERVICE_HOST": "10.0.0.1", "SPORTELLO_PORT_8080_TCP_ADDR": "10.0.0.1"}
        assert loaded(SPORTELLO_PORT="tcp://10.0.0.1:8080", **environ) == Settings()

    def test_a_byte_order_mark_does_no_harm(self, loaded) -> None:
        assert loaded('\ufeff[desk]\nname = "Help"').desk.name == "Help"

    def test_a_policy_file_is_looked_for_beside_the_file_that_names_it(self, folder: Path) -> None:
        (folder / "etc").mkdir()
        (folder / "etc/sportello.toml").write_text('[sla]\npolicy = "ours.toml"')
        (folder / "etc/ours.toml").write_text('clock = "wall"')
        settings = load({"SPORTELLO_CONFIG": "etc/sportello.toml"}, folder)
        assert settings.sla.to_policy().clock_name is ClockName.WALL


class TestListsAndTablesInVariables:
    def test_a_list_is_separated_by_commas(self, loaded) -> None:
        assert loaded(SPORTELLO_DESK__LANGUAGES="en, it").desk.languages == ("en", "it")

    def test_or_it_is_json(self, loaded) -> None:
        assert loaded(SPORTELLO_DESK__PHONES='["800 123456"]').desk.phones == ("800 123456",)

    def test_hours_keep_their_commas(self, loaded) -> None:
        hours = "Mon-Fri 08:30-13:00,14:00-19:00"
        assert loaded(SPORTELLO_SLA__HOURS=hours).sla.hours == hours

    def test_a_table_is_json_and_changed_by_longer_names(self, loaded) -> None:
        settings = loaded(SPORTELLO_DESK='{"name": "A", "formal": true}', SPORTELLO_DESK__NAME="B")
        assert (settings.desk.name, settings.desk.formal) == ("B", True)

    def test_rooms_are_json(self, loaded) -> None:
        room = '[{"channel": "terminal", "address": "#here", "room": "operators", "topic": "documents"}]'
        assert loaded(SPORTELLO_ROOMS=room).rooms[0].address == "#here"


class TestMisspeltNames:
    @pytest.mark.parametrize(
        ("environ", "nearest"),
        [
            ("SPORTELLO_DESK__LANGUGE", "SPORTELLO_DESK__LANGUAGE"),
            ("SPORTELLO_DESK_LANGUAGE", "SPORTELLO_DESK__LANGUAGE"),
            ("SPORTELLO_LANGUAGE", "SPORTELLO_DESK__LANGUAGE"),
            ("SPORTELLO_DATABASE_URL", "SPORTELLO_DATABASE__URL"),
            ("SPORTELLO_MIAL__HOST", "SPORTELLO_MAIL__HOST"),
            ("SPORTELLO_DATABSE__URL", "SPORTELLO_DATABASE__URL"),
            ("SPORTELLO_SLA__TARGETS__HIGH__REACTON", "SPORTELLO_SLA__TARGETS__HIGH__REACTION"),
        ],
    )
    def test_a_variable_s_is_told_with_the_nearest_right_one(self, refused, environ: str, nearest: str) -> None:
        assert refused(**{environ: "x"}) == [f"{environ} doesn't exist. Did you mean {nearest}?"]

    @pytest.mark.parametrize(
        ("text", "name", "nearest"),
        [
            ('[desk]\nlangugue = "it"', "desk.langugue", "desk.language"),
            ('language = "it"', "language", "desk.language"),
            ('[mial]\nhost = "a"\nport = 1', "mial", "mail"),
            ('[sla.targts.high]\nreaction = "1h"', "sla.targts", "sla.targets"),
            ('[[topics]]\nkey = "a"\ntitle = {}\ntitles = {it = "a", en = "a"}', "topics[1].title", "topics.titles"),
        ],
    )
    def test_a_file_s_is_told_with_the_nearest_right_one(self, refused, text: str, name: str, nearest: str) -> None:
        assert refused(text) == [f"{name} (sportello.toml) doesn't exist. Did you mean {nearest}?"]

    def test_a_secret_file_s_is_told_by_the_file(self, loaded, folder: Path) -> None:
        with pytest.raises(SettingsWrong) as wrong:
            loaded(secrets={"sportello_mail__pasword": "hunter2"})
        (problem,) = wrong.value.problems
        assert str(folder / "secrets/sportello_mail__pasword") in words().line(problem)
        assert "SPORTELLO_MAIL__PASSWORD" in words().line(problem)

    def test_one_that_is_like_nothing_is_told_without_a_guess(self, refused) -> None:
        assert refused(SPORTELLO_XYZZY="1") == ["SPORTELLO_XYZZY doesn't exist. The list is in docs/settings.md."]

    @pytest.mark.parametrize("name", ["SPORTELLO_IMAP__PASSWORD", "SPORTELLO_WEB__PORT"])
    def test_a_channel_to_come_is_refused_with_the_reason(self, refused, name: str) -> None:
        (said,) = refused(**{name: "123456:secret"})
        assert said.startswith(f"{name} doesn't exist yet")
        assert "123456" not in said


class TestWrongValues:
    @pytest.mark.parametrize(
        ("environ", "value", "told"),
        [
            ("SPORTELLO_DESK__LANGUAGE", "fr", "“fr”: write one of these words: it, en"),
            ("SPORTELLO_DESK__FORMAL", "Lei", "“Lei”: write true or false"),
            ("SPORTELLO_MAIL__PORT", "smtp", "“smtp”: a whole number belongs there"),
            ("SPORTELLO_HABITS__CODE_TRIES", "0", "is 0: it must be at least 1"),
            ("SPORTELLO_MAIL__PORT", "70000", "is 70000: it must be at most 65535"),
            ("SPORTELLO_DESK__PHONES", "call me", "“call me”: write something like +39 02 87119396"),
            ("SPORTELLO_MAIL__SENDER", "me", "“me”: write something like help@example.org"),
            ("SPORTELLO_DATABASE__URL", "mysql://h/d", "is no address that the desk knows"),
            ("SPORTELLO_DATABASE__URL", "sqlite://", "doesn't last"),
            ("SPORTELLO_DATABASE__URL", "sqlite:///:memory:", "doesn't last"),
            ("SPORTELLO_DESK__ZONE", "Europe/Rom", "Europe/Rome"),
            ("SPORTELLO_SLA__CLOCK", "dsk", "“dsk”: write one of these words: desk, staffed, wall"),
            ("SPORTELLO_SLA__TARGETS__HIGH__REACTION", "5", "30m"),
            ("SPORTELLO_ROOMS", "operators", "wants a list or a table in JSON"),
            ("SPORTELLO_DESK__LANGUAGES", "[", "wants a list or a table in JSON"),
            ("SPORTELLO_SECRET", "short", "is empty or too short"),
        ],
    )
    def test_are_told_with_what_would_be_right(self, refused, environ: str, value: str, told: str) -> None:
        (said,) = refused(**{environ: value})
        assert said.startswith(environ)
        assert told in said

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("desk = 1", "desk (sportello.toml) wants a table"),
            ("[desk]\nphones = 800", "desk.phones (sportello.toml) wants a list"),
            ("[desk]\nname = 3", "desk.name (sportello.toml) wants a text in quotes"),
            ('[[rooms]]\nchannel = "terminal"\nroom = "leads"', "rooms[1].address (sportello.toml) is missing"),
            ('[desk]\nname = ""', "desk.name (sportello.toml) is empty"),
            (f'[desk]\nname = "{"x" * 100}"', "desk.name (sportello.toml) is too long"),
        ],
    )
    def test_in_the_file_are_told_by_their_place(self, refused, text: str, told: str) -> None:
        (said,) = refused(text)
        assert told in said

    def test_are_all_told_at_once(self, refused) -> None:
        told = refused('[desk]\nlangugue = "it"\nformal = "maybe"\n[habits]\ncode_tries = 0', SPORTELLO_MAIL__PORT="x")
        assert len(told) == 4

    def test_broken_toml_is_told_with_its_line(self, refused) -> None:
        (said,) = refused('[desk]\nname = "Help\n')
        assert "line 2" in said

    @pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = '" + "x" * 1_100_000 + "'"])
    def test_a_hostile_file_is_refused(self, refused, text: str) -> None:
        (said,) = refused(text)
        assert "can't be read" in said

    def test_a_file_that_is_not_there_is_told(self, refused) -> None:
        (said,) = refused(SPORTELLO_CONFIG="nowhere.toml")
        assert "nowhere.toml can't be read" in said

    def test_a_folder_of_secrets_that_is_not_there_is_told(self, folder: Path) -> None:
        with pytest.raises(SettingsWrong) as wrong:
            load({"SPORTELLO_SECRETS": str(folder / "nowhere")}, folder)
        assert [problem.message for problem in wrong.value.problems] == ["setting-folder-unreadable"]

    def test_a_secret_file_that_is_no_text_is_told(self, loaded, folder: Path) -> None:
        (folder / "secrets/sportello_mail__password").write_bytes(b"\xff\xfe")
        with pytest.raises(SettingsWrong) as wrong:
            loaded()
        assert [problem.message for problem in wrong.value.problems] == ["setting-file-unreadable"]

    def test_a_value_where_the_file_has_no_table_is_put_in_its_place(self, loaded) -> None:
        assert loaded("desk = 1", SPORTELLO_DESK__NAME="Help").desk.name == "Help"

    def test_the_desk_s_language_is_known_even_then(self, loaded) -> None:
        with pytest.raises(SettingsWrong) as wrong:
            loaded('[desk]\nlanguage = "en"\nformal = "x"')
        assert wrong.value.language == "en"


class TestWhatDoesNotGoTogether:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ('[desk]\nlanguages = ["en"]', "lacks it, the desk's own language"),
            ('[[topics]]\nkey = "a"\ntitles = {it = "A"}', "topics[1].titles (sportello.toml) has no text in English"),
            ('[desk]\nprivacy = {en = "x"}', "desk.privacy (sportello.toml) has no text in Italian"),
            ('[mail]\nhost = "localhost"', "mail.sender (sportello.toml) is missing"),
            (
                '[[rooms]]\nchannel = "terminal"\naddress = "#a"\nroom = "operators"\ntopic = "keys"',
                "There are: documents, trusted-client, credentials",
            ),
            (
                '[[topics]]\nkey = "a"\ntitles = {it = "A", en = "A"}\n[[topics]]\nkey = "a"\ntitles = {it = "B", en = "B"}',
                "two topics called a",
            ),
        ],
    )
    def test_is_told(self, refused, text: str, told: str) -> None:
        assert any(told in said for said in refused(text))


TOKEN = "123456789:AAH4example-token_of-a-bot-in-tests"


class TestTelegram:
    GROUP = "-1001234567890"

    @pytest.fixture
    def telegram(self, loaded: Callable[..., Settings]) -> Callable[..., TelegramSettings]:
        """Its settings, from variables or the lines below [telegram]."""

        def loading(lines: str = "", **environ: str) -> TelegramSettings:
            given = {f"SPORTELLO_TELEGRAM__{name.upper()}": value for name, value in environ.items()}
            text = f"[telegram]\n{lines}" if lines else ""
            return loaded(text, **({"SPORTELLO_TELEGRAM__TOKEN": TOKEN} | given)).telegram

        return loading

    def test_without_a_token_is_not_set(self, loaded) -> None:
        assert not loaded().telegram.is_set

    @pytest.mark.parametrize("written", ["-1001,-1002", "-1001, -1002", "[-1001, -1002]", '["-1001", "-1002"]'])
    def test_several_groups_are_a_list_or_separated_by_commas(self, telegram, written: str) -> None:
        assert telegram(operators=written).operators == (("", "-1001"), ("", "-1002"))

    def test_a_group_for_each_topic_is_a_table(self, telegram) -> None:
        told = telegram(operators='{"": -1001, "documents": [-1002, "-1003"]}')
        assert told.operators == (("", "-1001"), ("documents", "-1002"), ("documents", "-1003"))

    @pytest.mark.parametrize("written", ["-1001,-1002", "[-1001, -1002]", '{"": [-1001, -1002]}'])
    def test_groups_for_all_stay_beside_one_that_is_named_for_a_topic(self, telegram, written: str) -> None:
        told = telegram(operators=written, operators__documents="-1003")
        assert told.operators == (("", "-1001"), ("", "-1002"), ("documents", "-1003"))

    def test_a_group_of_the_file_stays_beside_one_that_a_variable_names_for_a_topic(self, telegram) -> None:
        told = telegram("operators = -1001", operators__documents="-1003")
        assert told.operators == (("", "-1001"), ("documents", "-1003"))

    @pytest.mark.parametrize(
        "written", ["operators = -1001", 'operators = "-1001"', "operators = [-1001]", 'operators = {"" = -1001}']
    )
    def test_numbers_and_texts_are_the_same_in_a_file(self, telegram, written: str) -> None:
        assert telegram(written).operators == (("", "-1001"),)

    def test_processes_agree_on_a_secret_that_none_of_them_is_told(self, telegram) -> None:
        one, other = telegram().secret, telegram().secret
        assert one == other
        assert len(one) >= 32
        assert TOKEN not in one

    def test_another_token_has_another_secret(self, telegram) -> None:
        assert telegram().secret != telegram(token=f"{TOKEN}x").secret

    def test_a_secret_that_is_set_is_used(self, telegram) -> None:
        assert telegram(webhook_secret="ours").secret == "ours"

    def test_a_server_of_one_s_own_may_be_without_encryption(self, telegram) -> None:
        told = telegram(base_url="http://127.0.0.1:8081/bot", webhook="http://127.0.0.1:8080/telegram")
        assert not told.its_own

    def test_spaces_around_a_copied_token_do_no_harm(self, telegram) -> None:
        assert telegram(token=f" {TOKEN} ").token.get_secret_value() == TOKEN

    @pytest.mark.parametrize("token", ["hunter2-hunter2", f"bot{TOKEN}", "1234567:", "123456789:AA hunter2"])
    def test_what_is_no_token_is_told_without_showing_it(self, refused, token: str) -> None:
        (said,) = refused(SPORTELLO_TELEGRAM__TOKEN=token)
        assert "hasn't the shape of a token" in said
        assert token not in said

    @pytest.mark.parametrize(
        ("name", "value", "told"),
        [
            ("OPERATORS", "@our_group", "“@our_group” is not the number of a group"),
            ("LEADS", '{"": "Leads"}', "“Leads” is not the number of a group"),
            ("LEADS", '{"": true}', "“True” is not the number of a group"),
            ("OPERATORS", '{"keys": -1001}', "There are: documents, trusted-client, credentials"),
            ("OPERATORS", "-1001,-1001", "names -1001 twice"),
            ("OPERATORS", '{"": -1001', "wants a list or a table in JSON"),
            ("WEBHOOK", "desk.example.org", "is no address: write something like https://desk.example.org/telegram"),
            ("WEBHOOK", "http://desk.example.org", "must begin with https"),
            ("WEBHOOK_SECRET", "perché", "may have letters without accents"),
            ("WEBHOOK_PORT", "70000", "it must be at most 65535"),
            ("BASE_URL", "api.example.org", "write something like https://api.telegram.org/bot"),
        ],
    )
    def test_what_is_wrong_is_told_with_what_would_be_right(self, refused, name: str, value: str, told: str) -> None:
        (said,) = refused(**{"SPORTELLO_TELEGRAM__TOKEN": TOKEN, f"SPORTELLO_TELEGRAM__{name}": value})
        assert said.startswith(f"SPORTELLO_TELEGRAM__{name}")
        assert told in said

    def test_a_group_that_is_both_rooms_is_told(self, refused) -> None:
        (said,) = refused(f'[telegram]\ntoken = "{TOKEN}"\noperators = -1001\nleads = "-1001"')
        assert said.startswith("telegram.leads (sportello.toml) names -1001 twice")

    def test_a_group_that_is_a_room_already_is_told(self, refused) -> None:
        room = '[{"channel": "telegram", "address": "-1001", "room": "leads"}]'
        (said,) = refused(SPORTELLO_ROOMS=room, SPORTELLO_TELEGRAM__TOKEN=TOKEN, SPORTELLO_TELEGRAM__OPERATORS="-1001")
        assert "names -1001 twice" in said

    def test_a_room_there_has_a_number_as_address(self, refused) -> None:
        room = '[[rooms]]\nchannel = "telegram"\naddress = "#operators"\nroom = "operators"'
        (said,) = refused(room, SPORTELLO_TELEGRAM__TOKEN=TOKEN)
        assert said.startswith("rooms[1].address (sportello.toml): “#operators” is not the number of a group")

    @pytest.mark.parametrize("name", ["OPERATORS", "LEADS"])
    def test_groups_without_a_token_are_told(self, refused, name: str) -> None:
        (said,) = refused(**{f"SPORTELLO_TELEGRAM__{name}": "-1001"})
        assert said == (
            f"telegram.token is missing: with telegram.{name.lower()}, the token that BotFather gives is needed."
        )

    def test_a_person_there_has_a_number(self, refused) -> None:
        (said,) = refused(SPORTELLO_PEOPLE__OPERATORS="telegram:@giulia")
        assert "telegram:@giulia: a person on Telegram is a number" in said

    def test_people_are_named_by_their_numbers(self, loaded) -> None:
        assert loaded(SPORTELLO_PEOPLE__LEADS="telegram:123456789").people.leads == ("telegram:123456789",)

    @pytest.mark.parametrize(("seconds", "told"), [("-1", "at least 0"), ("121", "at most 120")])
    def test_words_are_held_for_a_while_but_not_for_long(self, refused, seconds: str, told: str) -> None:
        (said,) = refused(SPORTELLO_HABITS__HOLD_SECONDS=seconds)
        assert told in said


class TestSlack:
    TOKENS = {  # noqa: RUF012
        "SPORTELLO_SLACK__BOT_TOKEN": "xoxb-1234567890-example-in-tests",
        "SPORTELLO_SLACK__APP_TOKEN": "xapp-1-A0123456789-example-in-tests",
    }

    @pytest.fixture
    def slack(self, loaded: Callable[..., Settings]) -> Callable[..., SlackSettings]:
        """Its settings, from variables or the lines below [slack]."""

        def loading(lines: str = "", **environ: str) -> SlackSettings:
            given = {f"SPORTELLO_SLACK__{name.upper()}": value for name, value in environ.items()}
            return loaded(f"[slack]\n{lines}" if lines else "", **(self.TOKENS | given)).slack

        return loading

    def test_without_a_token_is_not_set(self, loaded) -> None:
        assert not loaded().slack.is_set

    def test_with_the_app_s_token_asks_slack_itself(self, slack) -> None:
        assert not slack(signing_secret="8f742231b10e8888abcd99yyyzzz85a5").by_http

    def test_with_a_signing_secret_alone_slack_delivers(self, slack) -> None:
        assert slack(app_token="", signing_secret="8f742231b10e8888abcd99yyyzzz85a5").by_http

    def test_a_channel_for_each_topic_is_a_table(self, slack) -> None:
        told = slack(operators='{"": "C0000000001", "documents": ["C0000000002", "G0000000003"]}')
        assert told.operators == (("", "C0000000001"), ("documents", "C0000000002"), ("documents", "G0000000003"))

    def test_several_channels_are_separated_by_commas(self, slack) -> None:
        assert slack(leads="C0000000001, C0000000002").leads == (("", "C0000000001"), ("", "C0000000002"))

    @pytest.mark.parametrize(
        "link",
        [
            "https://example.slack.com/archives/C0000000001",
            "https://example.enterprise.slack.com/archives/C0000000001/",
            "https://app.slack.com/client/T0000000001/C0000000001",
        ],
    )
    def test_a_channel_s_link_is_as_good_as_its_id(self, slack, link: str) -> None:
        assert slack(operators=link).operators == (("", "C0000000001"),)

    def test_spaces_around_a_copied_token_do_no_harm(self, slack) -> None:
        assert slack(bot_token=" xoxb-1-example ").bot_token.get_secret_value() == "xoxb-1-example"

    @pytest.mark.parametrize(
        ("name", "value", "where"),
        [
            ("BOT_TOKEN", "xapp-1-A0123456789-hunter2", "OAuth & Permissions"),
            ("BOT_TOKEN", "xoxp-1234567890-hunter2", "begins with xoxb-"),
            ("BOT_TOKEN", "xoxb-12345 67890", "without spaces"),
            ("APP_TOKEN", "xoxb-1234567890-hunter2", "App-Level Tokens"),
            ("SIGNING_SECRET", "xoxb-1234567890-hunter2", "App Credentials"),
            ("SIGNING_SECRET", "hunter2", "App Credentials"),
        ],
    )
    def test_what_is_no_token_is_told_with_where_it_is_and_not_shown(
        self, refused, name: str, value: str, where: str
    ) -> None:
        (said,) = refused(**(self.TOKENS | {f"SPORTELLO_SLACK__{name}": value}))
        assert said.startswith(f"SPORTELLO_SLACK__{name} hasn't the shape of")
        assert where in said
        assert value not in said

    @pytest.mark.parametrize(
        ("name", "value", "told"),
        [
            ("OPERATORS", "#operators", "“#operators” is not the id of a channel"),
            ("LEADS", '{"": "D0000000001"}', "“D0000000001” is not the id of a channel"),
            ("LEADS", "https://example.slack.com/team/U0000000001", "is not the id of a channel"),
            ("OPERATORS", '{"keys": "C0000000001"}', "There are: documents, trusted-client, credentials"),
            ("OPERATORS", "C0000000001,https://example.slack.com/archives/C0000000001", "names C0000000001 twice"),
            ("OPERATORS", '{"": "C0000000001"', "wants a list or a table in JSON"),
            ("HTTP_PATH", "slack", "write something like /slack/events"),
            ("HTTP_PORT", "70000", "it must be at most 65535"),
            ("BASE_URL", "slack.example.org", "write something like https://slack.com/api/"),
        ],
    )
    def test_what_is_wrong_is_told_with_what_would_be_right(self, refused, name: str, value: str, told: str) -> None:
        (said,) = refused(**(self.TOKENS | {f"SPORTELLO_SLACK__{name}": value}))
        assert said.startswith(f"SPORTELLO_SLACK__{name}")
        assert told in said

    def test_the_bot_s_token_alone_is_no_way_to_hear(self, refused) -> None:
        (said,) = refused(SPORTELLO_SLACK__BOT_TOKEN="xoxb-1-example")
        assert said.startswith("slack.app_token is missing")
        assert said.endswith("slack.signing_secret.")

    @pytest.mark.parametrize(
        ("name", "value"),
        [("OPERATORS", "C0000000001"), ("LEADS", "C0000000001"), ("APP_TOKEN", "xapp-1-example")],
    )
    def test_anything_without_the_bot_s_token_is_told(self, refused, name: str, value: str) -> None:
        (said,) = refused(**{f"SPORTELLO_SLACK__{name}": value})
        assert said.startswith(f"slack.bot_token is missing: with slack.{name.lower()}")

    def test_a_channel_that_is_both_rooms_is_told(self, refused) -> None:
        (said,) = refused('[slack]\noperators = "C0000000001"\nleads = "C0000000001"', **self.TOKENS)
        assert said.startswith("slack.leads (sportello.toml) names C0000000001 twice")

    def test_a_room_there_has_an_id_as_address(self, refused) -> None:
        room = '[[rooms]]\nchannel = "slack"\naddress = "#operators"\nroom = "operators"'
        (said,) = refused(room, **self.TOKENS)
        assert said.startswith("rooms[1].address (sportello.toml): “#operators” is not the id of a channel")

    def test_a_person_there_has_an_id(self, refused) -> None:
        (said,) = refused(SPORTELLO_PEOPLE__OPERATORS="slack:@giulia")
        assert "slack:@giulia: a person on Slack is an id" in said

    def test_people_are_named_by_their_ids(self, loaded) -> None:
        assert loaded(SPORTELLO_PEOPLE__LEADS="slack:U0000000001").people.leads == ("slack:U0000000001",)


class TestSecrets:
    HIDDEN = "hunter2-hunter2-hunter2"

    @pytest.mark.parametrize(
        "environ",
        [
            {"SPORTELLO_DATABASE__URL": "mysql://eva:hunter2-hunter2-hunter2@db/desk"},
            {"SPORTELLO_MAIL": '{"password": "hunter2-hunter2-hunter2"'},
            {"SPORTELLO_MAIL": '{"password": ["hunter2-hunter2-hunter2"]}'},
            {"SPORTELLO_MAIL__PASSWORD__OLD": "hunter2-hunter2-hunter2"},
            {"SPORTELLO_MAIL": '["hunter2-hunter2-hunter2"]'},
        ],
    )
    def test_are_in_no_message(self, refused, environ: dict[str, str]) -> None:
        assert self.HIDDEN not in "\n".join(refused(**environ))

    def test_are_in_no_representation(self, loaded) -> None:
        url = f"postgresql://eva:{self.HIDDEN}@db/desk"
        settings = loaded(
            SPORTELLO_MAIL__PASSWORD=self.HIDDEN,
            SPORTELLO_SECRET=self.HIDDEN,
            SPORTELLO_DATABASE__URL=url,
            SPORTELLO_TELEGRAM__TOKEN=f"123456789:{self.HIDDEN}",
            SPORTELLO_TELEGRAM__WEBHOOK_SECRET=self.HIDDEN,
            SPORTELLO_SLACK__BOT_TOKEN=f"xoxb-{self.HIDDEN}",
            SPORTELLO_SLACK__APP_TOKEN=f"xapp-{self.HIDDEN}",
            SPORTELLO_SLACK__SIGNING_SECRET=self.HIDDEN,
        )
        assert self.HIDDEN not in f"{settings!r} {settings}"

    def test_are_no_part_of_the_written_file(self) -> None:
        assert toml(SecretStr(self.HIDDEN)) == '""'


class TestTheModel:
    def test_is_frozen(self) -> None:
        with pytest.raises(ValidationError):
            Settings().data = Path("other")  # type: ignore[misc]

    def test_reads_no_environment_by_itself(self) -> None:
        assert Settings().desk.language == "it"

    @pytest.mark.parametrize("language", ["it", "en"])
    def test_says_of_every_setting_what_it_is_for(self, language: str) -> None:
        ids = {about(spot.path) for spot in SPOTS.values()}
        assert ids <= set(LEXICON.spoken(language, False).sources)

    def test_forbids_what_it_does_not_know_in_every_section(self) -> None:
        sections = [spot.section for spot in SPOTS.values() if spot.section]
        assert all(section.model_config.get("extra") == "forbid" for section in (Settings, *sections))

    def test_every_setting_is_in_the_documentation(self) -> None:
        written = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
        assert table(Settings(sla=shipped_policy()), SPOTS, words("en")) in written

    @given(st.sampled_from(VARIABLES), st.integers(0, 40), st.sampled_from("xq"))
    def test_a_name_with_one_letter_more_is_told_with_the_right_one(self, path, place: int, letter: str) -> None:
        name = variable(path)
        at = min(10 + place, len(name))
        typo = name[:at] + letter.upper() + name[at:]
        with pytest.raises(SettingsWrong) as wrong:
            load({typo: "x", "SPORTELLO_CONFIG": ""}, Path(__file__).parent)
        assert name in {problem.facts.get("nearest") for problem in wrong.value.problems}


def uncommented(text: str) -> str:
    return re.sub(r"(?m)^#(?=[^ \n])", "", text)


class TestTheWrittenFile:
    @pytest.fixture(params=["it", "en"])
    def written(self, request: pytest.FixtureRequest) -> str:
        return sample(Settings(sla=shipped_policy()), SPOTS, words(request.param))

    def test_changes_nothing_as_it_is(self, loaded, written: str) -> None:
        assert loaded(written) == Settings()

    def test_is_valid_without_its_comment_marks(self, loaded, written: str) -> None:
        assert loaded(uncommented(written)).desk == Settings().desk.model_copy(update={"zone": "Europe/Rome"})

    def test_says_the_defaults(self, loaded, written: str) -> None:
        settings, default = loaded(uncommented(written)), Settings()
        assert settings.sla.to_policy() == default.sla.to_policy()
        assert (settings.topics, settings.habits, settings.people) == (default.topics, default.habits, default.people)
        assert settings.mail.door == default.mail.door

    def test_speaks_of_every_setting(self, written: str) -> None:
        def names(model: type[BaseModel]) -> list[str]:
            return [spot.path[-1] for spot in SPOTS.values() if spot.is_setting]

        assert all(str(name) in written for name in names(Settings))
