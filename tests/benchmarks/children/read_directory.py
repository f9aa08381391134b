"""Everybody of a vendor, read by the product's reader and taken page by page: `read_directory NAME CREDENTIALS`.

The credentials are a JSON file, as `plain_pages` takes it: the vendor's own, its address and its authority's file.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import urlsplit

from axure_lifecycle.directories.entra import open_entra
from axure_lifecycle.directories.google import open_google
from axure_lifecycle.directories.ldap.opening import open_ldap
from axure_lifecycle.directories.okta import open_okta
from axure_lifecycle.directories.pump import PumpedDirectory
from axure_lifecycle.domain.directories import (
    EntraSettings,
    GoogleSettings,
    LdapFlavour,
    LdapSettings,
    OktaSettings,
    SecretKind,
    SecretReference,
)

HERE = SecretReference(SecretKind.ENVIRONMENT, "GIVEN_BY_HAND")


def open_vendor(name: str, told: Mapping[str, str]) -> PumpedDirectory:
    """The directory, with the app's assignments where it has any."""
    place, ca_file = urlsplit(told["base"]).netloc, Path(told["ca_file"])
    match name:
        case "okta":
            app = told["app_id"]
            okta = OktaSettings(name=name, host=place, token=HERE, app=app, ca_file=ca_file)
            return open_okta(okta, told["ssws_token"])
        case "entra":
            entra = EntraSettings(
                name=name,
                tenant=told["tenant"],
                client_id=told["client_id"],
                secret=HERE,
                app=told["app_id"],
                graph_host=place,
                login_host=place,
                ca_file=ca_file,
            )
            return open_entra(entra, told["client_secret"])
        case "openldap":
            openldap = LdapSettings(
                name=name,
                flavour=LdapFlavour.OPENLDAP,
                host=place,
                base=told["people_below"],
                bind_as=told["reader"],
                password=HERE,
                ca_file=ca_file,
            )
            return open_ldap(openldap, told["password"])
        case _:
            google = GoogleSettings(
                name=name, admin=told["subject"], key=HERE, api_host=place, token_host=place, ca_file=ca_file
            )
            return open_google(google, json.dumps({"type": "service_account", **told}))


def read(name: str, told: Mapping[str, str]) -> int:
    """How many entries came: people, some of them twice, and assignments."""
    with open_vendor(name, told).read(None, None, None) as reading:
        return sum(len(batch) for batch in reading.batches())


if __name__ == "__main__":
    credentials = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    begun, used = perf_counter(), process_time()
    count = read(sys.argv[1], credentials)
    print(json.dumps({"seconds": perf_counter() - begun, "processor": process_time() - used, "outcome": count}))
