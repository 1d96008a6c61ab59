using System.Text.RegularExpressions;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Servers;

/// <summary>
/// Names of containers that an operation makes beside a server's, or sets aside, for as long as it lasts. Under such a name no container is a
/// server's: when the operation ends it is gone or has another name.
/// </summary>
internal static partial class PassingNames
{
    /// <summary>One that is being made and has not taken its place yet.</summary>
    public static string New(string name, OperationId operation) => $"{name}-snapshotbot-{operation.Value[8..]}";

    /// <summary>One whose place another has taken.</summary>
    public static string Old(string name, OperationId operation) => $"{name}-snapshotbot-old-{operation.Value[8..]}";

    /// <summary>One of several that are being made while the one of that name still runs.</summary>
    public static string New(string name, OperationId operation, int number) => $"{name}-snapshotbot-in-{operation.Value[8..]}-{number}";

    public static bool Is(string name) => Pattern().IsMatch(name);

    [GeneratedRegex("-snapshotbot-(old-|in-)?[0-9a-f]{8}(-[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
