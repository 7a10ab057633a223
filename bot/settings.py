"""Everything that can be set, as one frozen model: the environment over secret files over `sportello.toml`.

A wrong name or value is told in words, with the nearest right one, and all of them at once. What a setting is for
says `about-<path>` in locale/*/operations.ftl; the table in docs/settings.md and the file of `sportello init` are
made from both.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.configuration.found import Found, find, put
from bot.configuration.mistakes import in_words, strangers
from bot.configuration.spots import SpotPath, spots
from bot.configuration.watching import WatchingSettings
from bot.policies import SlaSettings, ZoneText
from core.notices.facts import Line, line

Language = Literal["it", "en"]
Days = Annotated[int, Field(ge=1, le=3650)]
Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Person = Annotated[str, Field(pattern=r"^[a-z]+:.+$", max_length=320)]
PhoneText = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ./()-]{2,30}$")]
Texts = dict[Language, Text]
"""The same in each of the desk's languages."""
LATER = ("web", "imap")
"""Sections of releases to come: said so, rather than accepted and left without effect."""


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


_DATABASE_URL = "sqlite:///data/sportello.db"


def _database_url(url: SecretStr | None) -> SecretStr | None:
    if url is None:
        return None
    scheme, _, rest = url.get_secret_value().partition("://")
    name = scheme.partition("+")[0]
    if name == "sqlite" and (not rest.startswith("/") or rest.partition("?")[0] in ("/", "/:memory:")):
        raise PydanticCustomError("sqlite_url", "sqlite:///data/sportello.db")
    if name not in ("sqlite", "postgresql", "postgres"):
        raise PydanticCustomError("database_url", "postgresql://user@host/name")
    return url


class DatabaseSettings(Part):
    url: Annotated[SecretStr | None, AfterValidator(_database_url), Field(examples=[_DATABASE_URL])] = None

    def or_in(self, folder: Path) -> str:
        """The URL, or that of a file in *folder*."""
        return self.url.get_secret_value() if self.url else f"sqlite:///{folder / 'sportello.db'}"


_PRIVACY: Texts = {
    "it": "Usiamo questi dati solo per rispondere alle richieste di assistenza.",
    "en": "We use your data only to answer your requests for help.",
}


class DeskSettings(Part):
    name: Annotated[str, Field(min_length=1, max_length=80)] = "Help desk CONDAFNE"
    language: Language = "it"
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("it", "en")
    formal: bool = False
    thread: Literal["direct", "explicit"] = "direct"
    zone: Annotated[ZoneText | None, Field(examples=["Europe/Rome"])] = None
    phones: Annotated[tuple[PhoneText, ...], Field(examples=["+39 02 87119396"])] = ("800 805093", "+39 02 87119396")
    privacy: Texts = Field(default_factory=_PRIVACY.copy)


class TopicSettings(Part):
    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,23}$", examples=["trusted-client"])]
    titles: Texts
    answers: Texts = Field(default_factory=dict)  # offered before a ticket is opened


_TOPICS = (
    TopicSettings(
        key="documents",
        titles={"it": "Invio e ricezione di documenti", "en": "Sending and receiving documents"},
    ),
    TopicSettings(
        key="trusted-client",
        titles={"it": "Reinstallare il Trusted Client", "en": "Re-installing the Trusted Client"},
        answers={
            "it": "Spesso basta chiudere il Trusted Client, riavviare il computer e aprirlo di nuovo.",
            "en": "Closing the Trusted Client, restarting the computer and opening it again often does it.",
        },
    ),
    TopicSettings(
        key="credentials",
        titles={"it": "Credenziali di accesso", "en": "Credentials"},
        answers={
            "it": "Per il portale di assistenza, il nome utente è l'Helpdesk Code, con la sua password.",
            "en": "For the help desk's portal, the user name is your Helpdesk Code, with its password.",
        },
    ),
)


class RoomSettings(Part):
    channel: Literal["terminal", "mail", "telegram", "slack"]
    address: Annotated[str, Field(min_length=1, max_length=320)]
    room: Literal["operators", "leads"]
    topic: str | None = None
    language: Language | None = None


_ROOMS = [
    {"channel": "mail", "address": "desk@example.org", "room": "operators"},
    {"channel": "mail", "address": "leads@example.org", "room": "leads"},
]


class HabitSettings(Part):
    close_solved_after_days: Days = 7
    remind_after_working_days: Days = 3
    close_unanswered_after_working_days: Days = 10
    code_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    code_tries: Annotated[int, Field(ge=1, le=20)] = 5
    longest_text: Annotated[int, Field(ge=500, le=50_000)] = 8_000
    most_open: Annotated[int, Field(ge=1, le=1_000)] = 50
    hold_seconds: Annotated[int, Field(ge=0, le=120)] = 10


class PeopleSettings(Part):
    """*operators*, *leads*: who may act in the desk's rooms, each as "channel:address"; empty: whoever is there."""

    operators: Annotated[tuple[Person, ...], Field(examples=["telegram:123456789"])] = ()
    leads: Annotated[tuple[Person, ...], Field(examples=["telegram:123456789"])] = ()
    phone_country: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2}$", examples=["39"])] = "39"


TELEGRAM = "telegram"
TELEGRAM_API = "https://api.telegram.org"
_GROUP = re.compile(r"-?[1-9][0-9]{0,18}")
_DELIVERED_TO = re.compile(r"https://[^/\s:]+(:(443|80|88|8443))?(/|$)")  # what setWebhook takes
SLACK = "slack"
SLACK_API = "https://slack.com/api/"
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
_LINK = re.compile(r"https://[^/\s]+/(?:archives|client/[A-Z0-9]+)/([A-Z0-9]+)/?")
"""What "Copy link" gives, and what stands in a browser's address bar."""
_SHAPES = {
    "telegram_token": re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{3,200}"),  # a server of one's own may give short ones
    "telegram_secret": re.compile(r"[A-Za-z0-9_-]{1,256}"),  # what setWebhook takes
    "slack_bot_token": re.compile(r"xoxb-[A-Za-z0-9_-]{3,300}"),
    "slack_app_token": re.compile(r"xapp-[A-Za-z0-9_-]{3,300}"),
    "slack_secret": re.compile(r"(?!xox|xapp)[!-~]{8,256}"),
}
_ROOMS_ON = {TELEGRAM: _GROUP, SLACK: _CHANNEL}
_PEOPLE_ON = {TELEGRAM: re.compile(r"[1-9][0-9]*"), SLACK: re.compile(r"[UW][A-Z0-9]{2,30}")}


def _shaped(kind: str) -> AfterValidator:
    """A secret of the shape *kind*, or none. Raises PydanticCustomError, which does not show it."""

    def check(given: SecretStr) -> SecretStr:
        secret = given.get_secret_value().strip()
        if secret and not _SHAPES[kind].fullmatch(secret):
            raise PydanticCustomError(kind, "another shape")
        return SecretStr(secret)

    return AfterValidator(check)


def _by_topic(given: object) -> Iterator[tuple[str, object]]:
    """Pairs of topic ("" for all) and chat id, of one id, a list of them, or a table from topic to one or a list."""
    by_topic = given if isinstance(given, dict) else {"": given}
    return ((str(topic), one) for topic, ids in by_topic.items() for one in _several(ids))


def _groups(given: object) -> tuple[tuple[str, str], ...]:
    return tuple((topic, _group(one)) for topic, one in _by_topic(given))


def _channels(given: object) -> tuple[tuple[str, str], ...]:
    return tuple((topic, _channel(one)) for topic, one in _by_topic(given))


def _several(ids: object) -> Iterable[object]:
    return ids if isinstance(ids, list | tuple) else str(ids).split(",")


def _group(given: object) -> str:
    number = str(given).strip()
    if isinstance(given, bool) or not _GROUP.fullmatch(number):
        raise PydanticCustomError("telegram_group", "no number", {"group": number[:60]})
    return number


def _channel(given: object) -> str:
    written = str(given).strip()
    id_ = _LINK.sub(r"\1", written)
    if not _CHANNEL.fullmatch(id_):
        raise PydanticCustomError("slack_group", "no id", {"group": written[:60]})
    return id_


def _web(address: str) -> str:
    if address and not re.match(r"https?://[^/\s]+", address):
        raise PydanticCustomError("web_address", "no address")
    return address


Groups = Annotated[tuple[tuple[str, str], ...], PlainValidator(_groups), Field(examples=["-1001234567890"])]
Channels = Annotated[tuple[tuple[str, str], ...], PlainValidator(_channels), Field(examples=["C0123456789"])]
Web = Annotated[str, Field(max_length=1_000), AfterValidator(_web)]


class TelegramSettings(Part):
    """*operators*, *leads*: pairs of a topic ("" for all) and a chat's id. *webhook*: "" where Telegram is polled."""

    token: Annotated[SecretStr, _shaped("telegram_token")] = SecretStr("")
    operators: Groups = ()
    leads: Groups = ()
    webhook: Annotated[Web, Field(examples=["https://desk.example.org/telegram"])] = ""
    webhook_secret: Annotated[SecretStr, _shaped("telegram_secret")] = SecretStr("")
    webhook_host: str = "127.0.0.1"
    webhook_port: Annotated[int, Field(ge=1, le=65_535)] = 8080
    base_url: Annotated[Web, Field(examples=[f"{TELEGRAM_API}/bot"])] = f"{TELEGRAM_API}/bot"
    base_file_url: Annotated[Web, Field(examples=[f"{TELEGRAM_API}/file/bot"])] = f"{TELEGRAM_API}/file/bot"

    @property
    def is_set(self) -> bool:
        return bool(self.token.get_secret_value())

    @property
    def its_own(self) -> bool:
        """Whether the Bot API is Telegram's own, and no server of ours."""
        return self.base_url.startswith(TELEGRAM_API)

    @property
    def secret(self) -> str:
        """What Telegram shows at the webhook: the one that is set, or what every process makes of the token alike."""
        given = self.webhook_secret.get_secret_value()
        return given or hmac.new(self.token.get_secret_value().encode(), b"webhook", "sha256").hexdigest()


class SlackSettings(Part):
    """*operators*, *leads*: pairs of a topic ("" for all) and a channel's id. *http_…*: where Slack's requests come in,
    if there is no *app_token* for Socket Mode."""

    bot_token: Annotated[SecretStr, _shaped("slack_bot_token")] = SecretStr("")
    app_token: Annotated[SecretStr, _shaped("slack_app_token")] = SecretStr("")
    signing_secret: Annotated[SecretStr, _shaped("slack_secret")] = SecretStr("")
    operators: Channels = ()
    leads: Channels = ()
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=1, le=65_535)] = 8081
    http_path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9/._~-]*$", max_length=200, examples=["/slack/events"])] = (
        "/slack/events"
    )
    base_url: Annotated[Web, Field(examples=[SLACK_API])] = SLACK_API

    @property
    def is_set(self) -> bool:
        return bool(self.bot_token.get_secret_value())

    @property
    def by_http(self) -> bool:
        """Whether Slack brings what people do to a door of ours; else we keep a line open to Slack."""
        return not self.app_token.get_secret_value()


_SENDER = r"^$|^[^@\s<>]+@[^@\s<>]+$|^[^<>\r\n]*<[^@\s<>]+@[^@\s<>]+>$"


class MailSettings(Part):
    host: str = ""
    port: Annotated[int | None, Field(ge=1, le=65_535, examples=[587])] = None
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: Annotated[str, Field(pattern=_SENDER, examples=["help@example.org"])] = ""
    security: Literal["starttls", "tls", "none"] = "starttls"

    @property
    def door(self) -> int:
        """The port: the one that is set, or the usual one of the security."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


class FileSettings(Part):
    store: str = ""
    largest_mb: Annotated[int, Field(ge=1, le=2_000)] = 20
    most: Annotated[int, Field(ge=1, le=100)] = 20


class LogSettings(Part):
    level: Literal["debug", "info", "warning", "error"] = "info"
    file: Annotated[Path | None, Field(examples=["sportello.log"])] = None
    json_lines: Annotated[bool | None, Field(examples=[True])] = None


class Settings(BaseSettings):
    """What a desk is configured with. Made by `load` alone, which is handed the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data: Path = Path("data")
    secret: Annotated[SecretStr | None, Field(min_length=16)] = None
    database: DatabaseSettings = DatabaseSettings()
    desk: DeskSettings = DeskSettings()
    topics: tuple[TopicSettings, ...] = _TOPICS
    rooms: Annotated[tuple[RoomSettings, ...], Field(examples=[_ROOMS])] = ()
    people: PeopleSettings = PeopleSettings()
    habits: HabitSettings = HabitSettings()
    sla: SlaSettings = SlaSettings()
    telegram: TelegramSettings = TelegramSettings()
    slack: SlackSettings = SlackSettings()
    mail: MailSettings = MailSettings()
    files: FileSettings = FileSettings()
    log: LogSettings = LogSettings()
    watching: WatchingSettings = WatchingSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` found: pydantic's own sources stop at the first mistake and pass over unknown names."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def database_url(self) -> str:
        return self.database.or_in(self.data)


SPOTS = {spot.path: spot for spot in spots(Settings)}
"""Every section and setting, by its path."""


class SettingsWrong(Exception):
    """One line for each mistake; *language* is the desk's, as far as it could be read."""

    def __init__(self, problems: Iterable[Line], language: str) -> None:
        self.problems = tuple(problems)
        self.language = language
        super().__init__(f"{len(self.problems)} wrong")


def load(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read the settings of this process, or those of another environment and folder. Raises SettingsWrong."""
    found = find(os.environ if environ is None else environ, folder or Path.cwd())
    problems = [*found.problems, *_lay_over(found), *strangers(found, Settings, SPOTS, LATER)]
    settings: Settings | None = None
    try:
        settings = _with_policy_beside_its_file(Settings(**found.tree), found, folder or Path.cwd())
        problems += _disagreements(found, settings)
    except ValidationError as error:
        problems += in_words(found, SPOTS, error)
    if problems or settings is None:
        raise SettingsWrong(problems, _language(found.tree))
    return settings


def _with_policy_beside_its_file(settings: Settings, found: Found, folder: Path) -> Settings:
    """A policy file that the settings file names is looked for beside it."""
    if settings.sla.policy is None:
        return settings
    beside = folder if found.from_names(("sla", "policy")) or found.file is None else found.file.parent
    sla = settings.sla.model_copy(update={"policy": beside / settings.sla.policy})
    return settings.model_copy(update={"sla": sla})


def _lay_over(found: Found) -> Iterator[Line]:
    """Put what variables and secret files say into the tree; lists and tables are written as JSON there."""
    for path, words in list(found.bare.items()):
        spot = SPOTS.get(path)
        _keep_for_all(found.tree, path)
        try:
            put(found.tree, path, spot.read(words) if spot else words)
        except ValueError:
            yield line("setting-not-json", name=found.written.pop(path))


def _keep_for_all(tree: dict[str, Any], path: SpotPath) -> None:
    """A room that is named for all topics stays, where a name below it says another for one of them."""
    if len(path) != 3 or path[0] not in _ROOMS_ON or path[1] not in ("operators", "leads"):
        return
    section = tree.get(path[0])
    said = section.get(path[1]) if isinstance(section, dict) else None
    if said is not None and not isinstance(said, dict):
        put(tree, path[:2], {"": said})


def _disagreements(found: Found, settings: Settings) -> Iterator[Line]:
    """What each setting allows and they do not allow together."""
    desk = settings.desk
    if desk.language not in desk.languages:
        yield line("setting-language-not-spoken", name=found.name(("desk", "languages")), language=desk.language)
    keys = [topic.key for topic in settings.topics]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield line("setting-topic-twice", name=found.name(("topics",)), topic=key)
    for number, room in enumerate(settings.rooms):
        if room.topic is not None and room.topic not in keys:
            choices = ", ".join(keys)
            yield line("setting-topic-unknown", name=found.name(("rooms", number, "topic")), choices=choices)
    yield from _untold(found, settings)
    yield from _on_telegram(found, settings)
    yield from _on_slack(found, settings)
    for platform in _ROOMS_ON:
        yield from _rooms_on(platform, found, settings)
    if settings.mail.host and not settings.mail.sender:
        yield line("setting-no-sender", name=found.name(("mail", "sender")))


def _on_telegram(found: Found, settings: Settings) -> Iterator[Line]:
    """What Telegram's settings say against one another, and against the rest."""
    telegram = settings.telegram
    named = [f"{TELEGRAM}.{name}" for name in ("operators", "leads", "webhook") if getattr(telegram, name)]
    named += ["rooms" for room in settings.rooms if room.channel == TELEGRAM]
    if named and not telegram.is_set:
        yield line("setting-telegram-no-token", name=found.name((TELEGRAM, "token")), because=named[0])
    if telegram.its_own and telegram.webhook and not _DELIVERED_TO.match(telegram.webhook):
        yield line("setting-telegram-https", name=found.name((TELEGRAM, "webhook")))


def _on_slack(found: Found, settings: Settings) -> Iterator[Line]:
    """What Slack's settings say against one another: there must be a way for what people do to come in."""
    slack = settings.slack
    tokens = [name for name in ("app_token", "signing_secret") if getattr(slack, name).get_secret_value()]
    named = [f"{SLACK}.{name}" for name in ("operators", "leads") if getattr(slack, name)]
    named += [f"{SLACK}.{name}" for name in tokens]
    named += ["rooms" for room in settings.rooms if room.channel == SLACK]
    if named and not slack.is_set:
        yield line("setting-slack-no-token", name=found.name((SLACK, "bot_token")), because=named[0])
    if slack.is_set and not tokens:
        facts = {"name": found.name((SLACK, "app_token")), "secret": found.name((SLACK, "signing_secret"))}
        yield line("setting-slack-no-way", **facts)


def _rooms_on(platform: str, found: Found, settings: Settings) -> Iterator[Line]:
    """What is wrong with a platform's rooms, and with the people who are named there."""
    yield from _topics_of_rooms(platform, found, settings)
    yield from _rooms_twice(platform, found, settings)
    for who in ("operators", "leads"):
        for person in getattr(settings.people, who):
            channel, _, address = person.partition(":")
            if channel == platform and not _PEOPLE_ON[platform].fullmatch(address):
                yield line(f"setting-{platform}-person", name=found.name(("people", who)), person=person)
    for number, room in enumerate(settings.rooms):
        if room.channel == platform and not _ROOMS_ON[platform].fullmatch(room.address):
            name = found.name(("rooms", number, "address"))
            yield line(f"setting-{platform}-group", name=name, group=room.address)


def _topics_of_rooms(platform: str, found: Found, settings: Settings) -> Iterator[Line]:
    keys = [topic.key for topic in settings.topics]
    for room in ("operators", "leads"):
        for topic, _ in getattr(getattr(settings, platform), room):
            if topic and topic not in keys:
                name = found.name((platform, room, topic))
                yield line("setting-topic-unknown", name=name, choices=", ".join(keys))


def _rooms_twice(platform: str, found: Found, settings: Settings) -> Iterator[Line]:
    """A place is one room: of one topic or of all, the operators' or the leads'."""
    section = getattr(settings, platform)
    named = [(room, group) for room in ("operators", "leads") for _, group in getattr(section, room)]
    groups = [group for _, group in named] + [room.address for room in settings.rooms if room.channel == platform]
    for group in sorted({group for group in groups if groups.count(group) > 1}):
        room = next((room for room, one in reversed(named) if one == group), None)
        name = found.name((platform, room) if room else ("rooms",))
        yield line(f"setting-{platform}-twice", name=name, group=group)


def _untold(found: Found, settings: Settings) -> Iterator[Line]:
    """Texts that lack one of the desk's languages."""
    told: dict[SpotPath, Texts] = {("topics", n, "titles"): topic.titles for n, topic in enumerate(settings.topics)}
    told |= {("topics", n, "answers"): topic.answers for n, topic in enumerate(settings.topics) if topic.answers}
    told["desk", "privacy"] = settings.desk.privacy
    for path, texts in told.items():
        for language in settings.desk.languages:
            if language not in texts:
                yield line("setting-untold", name=found.name(path), language=language)


def _language(tree: Mapping[str, Any]) -> str:
    """The desk's language, even where other settings are wrong."""
    desk = tree.get("desk")
    language = str(desk.get("language")) if isinstance(desk, dict) else ""
    return language if language in get_args(Language) else "it"
