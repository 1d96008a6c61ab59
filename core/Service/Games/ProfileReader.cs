using System.Text.Json;

namespace SnapshotBot.Service.Games;

/// <summary>Reads a profile's file and says what is wrong with one.</summary>
internal static class ProfileReader
{
    public const int LargestFile = 256 * 1024;

    /// <exception cref="ProfileFaultException">It can't be used; the exception says where and why.</exception>
    public static GameProfile Read(ReadOnlySpan<byte> json, string name, string? file)
    {
        try
        {
            var profile = JsonSerializer.Deserialize(json, ProfileJson.Default.GameProfile) ?? throw new JsonException("It is empty.");
            ProfileCheck.Check(profile, name);
            return profile with { File = file };
        }
        catch (JsonException error)
        {
            throw new ProfileFaultException(new ProfileFault(name, Field(error), Problem(error)));
        }
    }

    // "$.quiesce.hold[0].expect" is the reader's way to say where; "$" is the file itself.
    private static string? Field(JsonException error) => error.Path is { Length: > 2 } path ? path[2..] : null;

    private static string Problem(JsonException error)
    {
        var text = error.Message;
        var end = text.IndexOf(" Path: ", StringComparison.Ordinal);
        text = end > 0 ? text[..end] : text;
        return error.LineNumber is { } line ? $"{text} (line {line + 1})" : text;
    }
}
