"""A feed as somebody describes it on the command line."""

from collections.abc import Mapping

import click
from pydantic import ValidationError

from crawler.private_hosts import where_it_is
from crawler.settings import FeedSettings
from scheduler.config import ServiceSettings, settings_of
from scheduler.feed_discovering import name_for
from scheduler.feed_schemes import with_scheme
from scheduler.options import Paths
from stories.address import safe_address

_PAGE = "page_"


def described_feed(typed: str, said: Mapping[str, object], *, called: str) -> FeedSettings:
    """Return the feed at the address that was `typed`, with what was `said` of it by options.

    `called` is the argument in the command's help.

    :raises click.BadParameter: when the configuration could not say the same
    """
    address = with_scheme(typed)
    where = where_it_is(safe_address(address) or "")
    if where and not said["allow_private"]:
        raise click.BadParameter(f"this address is {where}; add --allow-private if that is meant", param_hint=called)
    page = {key.removeprefix(_PAGE): value for key, value in said.items() if key.startswith(_PAGE) and value}
    if page and "link" not in page:
        raise click.BadParameter("which links? The other selectors look around them", param_hint="--page-link")
    plain = {key: value for key, value in said.items() if not key.startswith(_PAGE)}
    try:
        return FeedSettings.model_validate(
            {"address": address, "name": name_for(address), "page": page or None, **plain}
        )
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        hint = "--page-" + str(detail["loc"][1]) if detail["loc"][0] == "page" else called
        raise click.BadParameter(detail["msg"].removeprefix("Value error, "), param_hint=hint) from None


def service_of(paths: Paths) -> ServiceSettings:
    """Return how the configuration has the service behave; the defaults when there is no configuration.

    :raises ConfigError: when it has mistakes
    """
    return settings_of(paths.config_path).service if paths.config_path.exists() else ServiceSettings()
