"""Elements shared by several commands: exit codes, the option `--as-of`, and the handling of expected errors."""

import errno
from typing import Any

import click

NEEDS_A_PERSON = 3


def login() -> str:
    """Return the user name of the current login, the default for `--by`."""
    from vrp_pipeline.lake.audit import login as account

    return account()


class Commands(click.Group):
    """A command group in which errors of the pipeline end with their message, which names the remedy."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; convert the pipeline's own errors and a full disk to a message and exit code 1."""
        try:
            return super().invoke(context)
        except (RuntimeError, ValueError) as error:
            if type(error).__module__.startswith("vrp_pipeline."):
                raise click.ClickException(str(error)) from error
            raise
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise click.ClickException(
                    "the disk is full. What stood before still stands; make room, then run this again."
                ) from error
            raise


def _look_back(context: click.Context, _: click.Parameter, day: str | None) -> None:
    if day:
        from vrp_pipeline.lake.paths import NoSuchDayError

        try:
            context.obj = context.obj.as_of(day)
        except NoSuchDayError as error:
            raise click.BadParameter(str(error)) from error


# For commands whose output depends on deliveries and decisions alone.
as_of_option = click.option(
    "--as-of",
    metavar="YYYY-MM-DD",
    envvar="VRP_AS_OF",
    show_envvar=True,
    expose_value=False,
    callback=_look_back,
    help="What could have been known at the end of that day, in a lake of its own below as_of/.",
)
