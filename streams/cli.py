"""The `hub` command line. Each command is an entry point of the group `hub.commands`, so packages add their own."""

import sys
from importlib.metadata import entry_points

import typer

COMMANDS = "hub.commands"


def main() -> None:
    """Run `hub`: exit code 0 well, 1 a finding, 2 wrong use. Only the named command's module is imported."""
    commands = {command.name: command for command in sorted(entry_points(group=COMMANDS), key=lambda point: point.name)}
    named = [name for name in sys.argv[1:2] if name in commands]
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="The streaming hub of a city's social governance.",
    )

    @app.callback()
    def _commands() -> None:
        """Keep `hub NAME` a named command even when only one is loaded."""

    for name in named or commands:
        command = commands[name].load()
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    app()


if __name__ == "__main__":
    main()
