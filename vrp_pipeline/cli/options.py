"""Elements shared by several commands: exit codes, the option `--as-of`, and the handling of expected errors."""

import errno
import os
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

NEEDS_A_PERSON = 3
# Set by deploy/vrp, which runs commands as the account that owns lake and keys instead of the person who types them.
SERVED = "VRP_SERVED"


def login() -> str:
    """Return the user name of the current login, the default for `--by`."""
    from vrp_pipeline.lake.audit import login as account

    return account()


class Month(click.ParamType[str]):
    """A month, written `2024-03`."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the month. Fails as wrong usage if the value is not a month."""
        from vrp_pipeline.calendar.months import MONTH

        if not MONTH.fullmatch(str(value)):
            self.fail(f"'{value}' is no month. Write it YYYY-MM, as 2024-03.", param, ctx)
        return str(value)


class FilePath(click.Path):
    """A file or folder, as `pathlib.Path`.

    On a server, paths are refused on the command line, because the account that owns the lake would read or write them
    on the person's behalf. With `from_inbox`, files in the inbox are allowed.
    """

    def __init__(self, *, from_inbox: bool = False, **about: Any) -> None:
        super().__init__(path_type=Path, **about)
        self.from_inbox = from_inbox

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path. Fails as wrong usage if it is not allowed here."""
        is_typed = (
            ctx is not None
            and param is not None
            and ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE
        )
        if os.environ.get(SERVED) and is_typed:
            inbox = os.environ.get("VRP_INBOX")
            if not (self.from_inbox and inbox):
                self.fail("on this server only its operator names files: see docs/deployment.md#people.", param, ctx)
            if not Path(value).resolve().is_relative_to(Path(inbox).resolve()):
                self.fail(f"on this server files are taken from the inbox alone: put it in {inbox}.", param, ctx)
        return super().convert(value, param, ctx)


class Commands(click.Group):
    """A command group in which errors of the pipeline end with their message, which names the remedy."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; errors of the pipeline, missing permissions and a full disk end it with 1 and a message."""
        try:
            return super().invoke(context)
        except (RuntimeError, ValueError) as error:
            if type(error).__module__.startswith("vrp_pipeline."):
                raise click.ClickException(str(error)) from error
            raise
        except PermissionError as error:
            raise click.ClickException(
                f"{error.filename}: {error.strerror}. Run this as the account that owns it, or take another file."
            ) from error
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise click.ClickException(
                    "the disk is full. Nothing that was there before is changed; make room, then run this again."
                ) from error
            raise


def _look_back(context: click.Context, _: click.Parameter, day: str | None) -> None:
    if day:
        from vrp_pipeline.lake.paths import NoSuchDayError

        try:
            context.obj = context.obj.as_of(day)
        except NoSuchDayError as error:
            raise click.BadParameter(str(error)) from error


# For commands whose output depends only on deliveries and decisions.
as_of_option = click.option(
    "--as-of",
    metavar="YYYY-MM-DD",
    envvar="VRP_AS_OF",
    show_envvar=True,
    expose_value=False,
    callback=_look_back,
    help="What could have been known at the end of that day, in a lake of its own below as_of/.",
)
