using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>What all repository commands are told.</summary>
internal static class RepositoryInputs
{
    public static readonly Input<string?> Repository = Input.Value(
        "--repository", "REPO", "DIR or rest:http://host/path/ (SNAPSHOTBOT_REPOSITORY, the data folder's)");

    public static readonly Input<string?> PasswordFile = Input.Value(
        "--password-file", "FILE", "file with the password (SNAPSHOTBOT_REPOSITORY_PASSWORD_FILE)");

    /// <summary>The common ones after a command's own.</summary>
    public static IReadOnlyList<Input> With(params IReadOnlyList<Input> own) => [.. own, Repository, PasswordFile];

    public static RepositoryChoice Read(InputValues values) => new(values.Get(Repository), values.Get(PasswordFile));
}

/// <summary>Which repository, as far as the command line says it.</summary>
internal sealed record RepositoryChoice(string? Location, string? PasswordFile);
