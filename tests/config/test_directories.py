"""`[[directories]]`: every setting of every kind, and every mistake with its key."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.config import ConfigurationBroken, load_configuration
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.directories import (
    DirectorySettings,
    EntraSettings,
    FileSettings,
    GoogleSettings,
    LdapFlavour,
    LdapSettings,
    OktaSettings,
    SecretKind,
    SecretReference,
)
from tests.config.acme import ACME, Load, sentences

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"
SECRET_FORM = "where the secret lies: env:VARIABLE, file:/absolute/path or keyring:SERVICE/USER"
ID_FORM = "an id as the directory shows it: letters, digits, and . _ ~ -"
HOST_FORM = "a host without scheme and path, such as share.acme.example or acme.axure.cloud"
OKTA = 'name = "okta"\nkind = "okta"\nhost = "acme.okta.example"\n'
ENTRA = 'name = "entra"\nkind = "entra"\ntenant = "acme.example"\nclient_id = "c1"\n'
GOOGLE = 'name = "google"\nkind = "google"\nadmin = "admin@acme.example"\nkey = "file:/k.json"\n'
LDAP = (
    'name = "ad"\nkind = "active_directory"\nhost = "dc1.acme.example"\nbase = "DC=acme"\nbind_as = "reader"\n'
    'password = "env:AD"\n'
)


def env(name: str) -> SecretReference:
    return SecretReference(SecretKind.ENVIRONMENT, name)


def file(path: str) -> SecretReference:
    return SecretReference(SecretKind.FILE, path)


def with_tables(*tables: str) -> str:
    """A configuration with these directories."""
    return ACME + "".join(f"[[directories]]\n{table}" for table in tables)


EVERYTHING: list[tuple[str, DirectorySettings]] = [
    (
        OKTA + 'client_id = "0oa1"\nkey = "file:/okta.pem"\nkey_id = "k-1"\napp = "0oa9"\nca_file = "/ca.pem"\n',
        OktaSettings(
            name="okta",
            host="acme.okta.example",
            client_id="0oa1",
            key=file("/okta.pem"),
            key_id="k-1",
            token=None,
            app="0oa9",
            ca_file=Path("/ca.pem"),
        ),
    ),
    (
        OKTA.replace("acme.okta.example", "Acme.Okta.example:8443") + 'token = "keyring:okta/reader@acme"\n',
        OktaSettings(
            name="okta",
            host="acme.okta.example:8443",
            token=SecretReference(SecretKind.KEYRING, "okta/reader@acme"),
        ),
    ),
    (
        ENTRA + 'secret = "env:ENTRA_SECRET"\n',
        EntraSettings(
            name="entra",
            tenant="acme.example",
            client_id="c1",
            secret=env("ENTRA_SECRET"),
            leave_dates=False,
            graph_host="graph.microsoft.com",
            login_host="login.microsoftonline.com",
        ),
    ),
    (
        ENTRA
        + 'key = "file:/entra-key.pem"\ncertificate = "/entra.pem"\napp = "a-1"\nleave_dates = true\n'
        + 'graph_host = "graph.cloud.example"\nlogin_host = "login.cloud.example"\nca_file = "/ca.pem"\n',
        EntraSettings(
            name="entra",
            tenant="acme.example",
            client_id="c1",
            key=file("/entra-key.pem"),
            certificate=Path("/entra.pem"),
            app="a-1",
            leave_dates=True,
            graph_host="graph.cloud.example",
            login_host="login.cloud.example",
            ca_file=Path("/ca.pem"),
        ),
    ),
    (
        GOOGLE,
        GoogleSettings(
            name="google",
            admin=Address("admin@acme.example"),
            key=file("/k.json"),
            customer="my_customer",
            api_host="admin.googleapis.com",
            token_host="oauth2.googleapis.com",
        ),
    ),
    (
        GOOGLE + 'customer = "C0123"\napi_host = "api.example"\ntoken_host = "token.example"\nca_file = "/ca.pem"\n',
        GoogleSettings(
            name="google",
            admin=Address("admin@acme.example"),
            key=file("/k.json"),
            customer="C0123",
            api_host="api.example",
            token_host="token.example",
            ca_file=Path("/ca.pem"),
        ),
    ),
    (
        LDAP,
        LdapSettings(
            name="ad",
            flavour=LdapFlavour.ACTIVE_DIRECTORY,
            host="dc1.acme.example",
            start_tls=False,
            base="DC=acme",
            bind_as="reader",
            password=env("AD"),
        ),
    ),
    (
        LDAP.replace("active_directory", "openldap")
        + 'start_tls = true\npeople = "(objectClass=inetOrgPerson)"\nca_file = "/ca.pem"\n',
        LdapSettings(
            name="ad",
            flavour=LdapFlavour.OPENLDAP,
            host="dc1.acme.example",
            start_tls=True,
            base="DC=acme",
            bind_as="reader",
            password=env("AD"),
            people="(objectClass=inetOrgPerson)",
            ca_file=Path("/ca.pem"),
        ),
    ),
    (
        'name = "staff"\nkind = "file"\npath = "/srv/hr/staff.csv"\n',
        FileSettings(name="staff", path=Path("/srv/hr/staff.csv")),
    ),
]


@pytest.mark.parametrize(("table", "settings"), EVERYTHING)
def test_every_setting_of_every_kind_is_read(load: Load, table: str, settings: DirectorySettings) -> None:
    assert load(with_tables(table)).directories == (settings,)


def test_several_stand_in_the_order_of_the_file_and_none_is_none(load: Load) -> None:
    token = 'token = "env:OKTA"\n'
    both = load(with_tables(GOOGLE, OKTA + token, OKTA.replace('"okta"', '"okta-old"', 1) + token))
    assert [directory.name for directory in both.directories] == ["google", "okta", "okta-old"]
    assert load(ACME).directories == ()


@pytest.mark.parametrize(
    ("table", "mistakes"),
    [
        ("", ["name: missing; expected a name of small", "kind: missing; expected one of okta, entra, google,"]),
        (
            'name = "Okta EU"\nkind = "ping"\n',
            [
                'name: found "Okta EU"; expected a name of small letters, digits, - and _, such as okta.',
                'kind: found "ping"; expected one of okta, entra, google, active_directory, openldap, file.',
            ],
        ),
        (
            'name = "okta"\nkind = "okta"\n',
            [
                f"host: missing; expected {HOST_FORM}.",
                "client_id: missing; expected a way to sign in: client_id with key or token.",
            ],
        ),
        (
            OKTA.replace("acme.okta.example", "https://acme.okta.example") + 'app = "0oa 9"\ntoken = "env:T"\n',
            [
                f'host: found "https://acme.okta.example"; expected {HOST_FORM}.',
                f'app: found "0oa 9"; expected {ID_FORM}.',
            ],
        ),
        (OKTA + 'client_id = "c"\n', ["key: missing; expected key beside client_id."]),
        (OKTA + 'key = "env:K"\n', ["client_id: missing; expected client_id beside key."]),
        (
            OKTA + 'key_id = "k"\ntoken = "env:T"\n',
            ["key_id: found without key; expected key_id beside key only."],
        ),
        (
            OKTA + 'client_id = "c"\nkey = "env:K"\ntoken = "env:T"\n',
            ["token: found beside client_id; expected one way to sign in: client_id with key or token."],
        ),
        (
            'name = "entra"\nkind = "entra"\nleave_dates = "yes"\ngraph_host = "a b"\n',
            [
                f"tenant: missing; expected {ID_FORM}.",
                f"client_id: missing; expected {ID_FORM}.",
                'leave_dates: found "yes"; expected true or false.',
                f'graph_host: found "a b"; expected {HOST_FORM}.',
                "secret: missing; expected a way to sign in: secret or key with certificate.",
            ],
        ),
        (ENTRA + 'certificate = "/c.pem"\n', ["key: missing; expected key beside certificate."]),
        (ENTRA + 'key = "env:K"\n', ["certificate: missing; expected certificate beside key."]),
        (
            ENTRA + 'key = "env:K"\ncertificate = "c.pem"\n',
            ['certificate: found "c.pem"; expected the absolute path of a file.'],
        ),
        (
            ENTRA + 'secret = "env:S"\ncertificate = "/c.pem"\n',
            ["key: found beside secret; expected one way to sign in: secret or key with certificate."],
        ),
        (
            'name = "google"\nkind = "google"\nadmin = "Pat"\ncustomer = ""\n',
            [
                'admin: found "Pat"; expected an e-mail address such as pat@acme.example.',
                f"key: missing; expected {SECRET_FORM}.",
                f'customer: found ""; expected {ID_FORM}.',
            ],
        ),
        (
            'name = "ad"\nkind = "openldap"\nstart_tls = 1\npeople = "objectClass=*"\nbase = ""\nca_file = "/a/../b"\n',
            [
                f"host: missing; expected {HOST_FORM}.",
                'base: found ""; expected a text of 1 to 1000 printable characters.',
                "bind_as: missing; expected a text of 1 to 1000 printable characters.",
                f"password: missing; expected {SECRET_FORM}.",
                "start_tls: found 1; expected true or false.",
                'people: found "objectClass=*"; expected an LDAP filter in brackets such as '
                "(objectClass=inetOrgPerson).",
                'ca_file: found "/a/../b"; expected the absolute path of a file.',
            ],
        ),
        (
            'name = "staff"\nkind = "file"\npath = "staff.csv"\nstill_seconds = -1\n',
            [
                'path: found "staff.csv"; expected the absolute path of a file.',
                "still_seconds: found -1; expected a whole number of seconds from 0 to 3600.",
            ],
        ),
        (
            OKTA + 'tokn = "env:T"\ntoken = "env:T"\n',
            ["tokn: no such setting; expected perhaps token."],
        ),
        (
            GOOGLE + 'start_tls = true\ntoken = "env:T"\n',
            ["start_tls: no such setting; expected", "token: no such setting; expected perhaps token_host."],
        ),
    ],
)
def test_each_mistake_is_named_with_its_key(load: Load, table: str, mistakes: list[str]) -> None:
    told = sentences(load, with_tables(table))
    assert len(told) == len(mistakes), told
    for sentence, mistake in zip(told, mistakes, strict=True):
        assert sentence.startswith(f"directories.1.{mistake}")


def test_mistakes_of_several_tables_are_named_at_once_by_their_number(load: Load) -> None:
    file_table = 'name = "staff"\nkind = "file"\npath = "/srv/staff.csv"\n'
    assert sentences(load, with_tables(file_table, OKTA, ENTRA + 'secret = "S"\n')) == [
        "directories.2.client_id: missing; expected a way to sign in: client_id with key or token.",
        f"directories.3.secret: found something else; expected {SECRET_FORM}.",
    ]


WRONG_REFERENCES = [
    "hunter2-canary",
    "env:",
    "env:hunter2 canary",
    "env:2HUNTER",
    "file:hunter2-canary",
    "file:~/hunter2-canary",
    "file:/hunter2\\ncanary",
    "keyring:hunter2-canary",
    "keyring:/hunter2-canary",
    "keyring:hunter2/can/ary",
    "vault:hunter2-canary",
    "ENV:HUNTER2",
    "-----BEGIN PRIVATE KEY-----hunter2-canary",
]


@pytest.mark.parametrize("written", WRONG_REFERENCES)
@pytest.mark.parametrize(
    ("table", "key"),
    [
        (OKTA, "token"),
        (OKTA + 'client_id = "c"\n', "key"),
        (ENTRA, "secret"),
        (ENTRA + 'certificate = "/c.pem"\n', "key"),
        (GOOGLE.replace('key = "file:/k.json"\n', ""), "key"),
        (LDAP.replace('password = "env:AD"\n', ""), "password"),
    ],
)
def test_what_may_be_the_secret_itself_is_never_quoted(load: Load, table: str, key: str, written: str) -> None:
    with pytest.raises(ConfigurationBroken) as refusal:
        load(with_tables(f'{table}{key} = "{written}"\n'))
    (mistake,) = refusal.value.mistakes
    assert (mistake.key, mistake.found, mistake.expected) == (
        f"directories.1.{key}",
        "found something else",
        SECRET_FORM,
    )
    assert "hunter2" not in str(refusal.value).lower()


@pytest.mark.parametrize("value", ['["hunter2"]', "{ hunter2 = 1 }", "42", "true"])
def test_a_secret_of_another_type_is_not_quoted_either(load: Load, value: str) -> None:
    assert sentences(load, with_tables(f"{OKTA}token = {value}\n")) == [
        f"directories.1.token: found something else; expected {SECRET_FORM}."
    ]


def test_a_name_stands_once_even_where_the_first_one_is_wrong(load: Load) -> None:
    token = 'token = "env:T"\n'
    second = 'directories.2.name: found "okta" a second time; expected one name for each directory.'
    assert sentences(load, with_tables(OKTA + token, OKTA + token)) == [second]
    assert sentences(load, with_tables(OKTA, OKTA + token)) == [
        "directories.1.client_id: missing; expected a way to sign in: client_id with key or token.",
        second,
    ]


def test_sixteen_directories_are_read_and_a_seventeenth_is_refused(load: Load) -> None:
    tables = [f'name = "d{number}"\nkind = "file"\npath = "/{number}"\n' for number in range(1, 18)]
    assert len(load(with_tables(*tables[:16])).directories) == 16
    assert sentences(load, with_tables(*tables)) == [
        "directories.17.name: found a directory number 17; expected at most 16 directories."
    ]


@pytest.mark.parametrize("text", [f'directories = "okta"\n{ACME}', f'{ACME}[directories]\nname = "okta"\n'])
def test_one_table_in_place_of_several_is_told_how_it_is_written(load: Load, text: str) -> None:
    (sentence,) = sentences(load, text)
    assert sentence.startswith("directories: found ")
    assert sentence.endswith("; expected tables, [[directories]].")


def switched_on() -> str:
    """The directories of the example without the signs that comment them out."""
    text = EXAMPLE.read_text("utf-8")
    begin, end = text.index("# [[directories]]"), text.index("\n\n", text.index("# [[directories]]"))
    return re.sub(r"(?m)^# (?=\[\[directories\]\]$|[a-z_]+ = )", "", text[begin:end])


@pytest.mark.parametrize(
    "left_out",
    [("token", "secret"), ("token", "certificate"), ("client_id", "secret"), ("client_id", "certificate")],
)
def test_each_directory_of_the_example_loads_with_either_way_to_sign_in(load: Load, left_out: tuple[str, str]) -> None:
    text = switched_on()
    okta, entra, *others = re.split(r"(?m)^(?=\[\[directories\]\]$)", text)[1:]
    okta = without(okta, ["token"] if left_out[0] == "token" else ["client_id", "key", "key_id"])
    entra = without(entra, ["secret"] if left_out[1] == "secret" else ["certificate", "key"])
    found = load(ACME + okta + entra + "".join(others)).directories
    assert [type(each).__name__ for each in found] == [
        "OktaSettings",
        "EntraSettings",
        "GoogleSettings",
        "LdapSettings",
        "FileSettings",
    ]


def without(table: str, settings: list[str]) -> str:
    return re.sub(rf"(?m)^({'|'.join(settings)}) = .*\n", "", table)


def test_the_example_names_every_setting_of_every_kind() -> None:
    tables = re.split(r"(?m)^(?=\[\[directories\]\]$)", switched_on())[1:]
    named = [set(re.findall(r"(?m)^([a-z_]+) = ", table)) for table in tables]
    assert named == [
        {"name", "kind", "host", "client_id", "key", "key_id", "token", "app"},
        {
            *("name", "kind", "tenant", "client_id", "secret", "certificate", "key", "leave_dates", "app"),
            *("graph_host", "login_host"),
        },
        {"name", "kind", "key", "admin", "customer", "api_host", "token_host"},
        {"name", "kind", "host", "start_tls", "base", "bind_as", "password", "people", "ca_file"},
        {"name", "kind", "path", "still_seconds"},
    ]


KINDS = ["okta", "entra", "google", "active_directory", "openldap", "file"]
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30), st.integers(), st.booleans()
).map(lambda value: f"'''{value}'''" if isinstance(value, str) and "'" not in value else "true")


@given(
    st.sampled_from(KINDS),
    st.dictionaries(
        st.sampled_from(["host", "client_id", "key", "token", "secret", "certificate", "tenant", "admin", "path"]),
        VALUES,
        max_size=5,
    ),
)
def test_any_value_of_any_setting_is_taken_or_refused_in_one_way(
    tmp_path_factory: pytest.TempPathFactory, kind: str, settings: dict[str, str]
) -> None:
    home = tmp_path_factory.getbasetemp()
    table = "".join(f"{key} = {value}\n" for key, value in settings.items())
    (home / "config.toml").write_text(with_tables(f'name = "x"\nkind = "{kind}"\n{table}'), "utf-8")
    wrong: set[str] = set()
    names = ["x"]
    try:
        names = [found.name for found in load_configuration(home, {}).directories]
    except ConfigurationBroken as refusal:
        wrong = {mistake.key.rpartition(".")[0] for mistake in refusal.mistakes}
    assert (names, wrong) in ((["x"], set[str]()), (["x"], {"directories.1"}))
