using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Presentation;

/// <summary>What went wrong at the surface itself, in words.</summary>
internal static class Failures
{
    /// <summary>The code of what nobody foresaw.</summary>
    public const string UnexpectedCode = "unexpected";

    public static Failure BadInput(BadInputException bad) => new(
        ExitCode.BadInput, "bad-input", $"'{Words.Safe(bad.Given)}' is no good value for {bad.Name}. Nothing was changed.",
        $"Give {bad.Wanted}.");

    public static Failure Usage(string message, string? command) => new(
        ExitCode.BadInput, "usage", message + " Nothing was changed.",
        command is null ? "See: snapshotbot --help" : $"See: snapshotbot {command} --help");

    public static Failure UnknownCommand(string word, string? group, IReadOnlyList<string> known) => Usage(
        $"There is no command '{Words.Safe(group is null ? word : group + " " + word)}'."
        + (Nearest.Of(word, known) is { } near ? $" Did you mean '{(group is null ? near : group + " " + near)}'?" : ""),
        group);

    public static Failure NeedsYes(string command) => new(
        ExitCode.BadInput, "needs-yes", $"'{command}' can't simply be taken back, so it asks first. Nothing was changed.",
        "Give the same command with --yes.");

    public static Failure NoAddress(string variable) => new(
        ExitCode.BadInput, "bad-setting", $"{variable} is no http or https address. Nothing was started.",
        $"Set {variable} to an address such as https://hc-ping.com/ID, or leave it empty.");

    public static Failure Cancelled() => new(
        ExitCode.Cancelled, "cancelled", "Cancelled. What was kept before is whole; nothing half-done counts.", null);

    public static Failure Unexpected(Exception exception) => new(
        ExitCode.Failed, UnexpectedCode,
        $"Something went wrong that should not: {exception.GetType().Name}: {Words.Safe(exception.Message)} Snapshots kept before are whole.",
        "It is a mistake in this program. Please report it with what the same command prints when SNAPSHOTBOT_TRACE=1 is set.");
}
