namespace SnapshotBot.Playground.Rest;

/// <summary>One route of the API.</summary>
/// <param name="Method">GET, POST ...</param>
/// <param name="Template">As the specification writes it: <c>/channels/{channel_id}/messages</c>.</param>
/// <param name="Handle">Answers it, under the world's gate.</param>
internal sealed record Route(string Method, string Template, Func<RestCall, Answer> Handle)
{
    private readonly string[] _parts = Split(Template);

    /// <summary>Whether the token in the path is all that it asks for.</summary>
    public bool IsTokenRoute { get; } = Template.StartsWith("/interactions/", StringComparison.Ordinal) || Template.StartsWith("/webhooks/", StringComparison.Ordinal);

    public RouteLimit Limit { get; init; } = new(50, TimeSpan.FromSeconds(1));

    public static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What stands in the places, null when this is not the path.</summary>
    public Dictionary<string, string>? Match(string[] parts)
    {
        if (parts.Length != _parts.Length)
        {
            return null;
        }

        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < parts.Length; i++)
        {
            if (_parts[i][0] == '{')
            {
                places[_parts[i][1..^1]] = Uri.UnescapeDataString(parts[i]);
            }
            else if (!string.Equals(_parts[i], parts[i], StringComparison.Ordinal))
            {
                return null;
            }
        }

        return places;
    }
}

/// <summary>How many requests a route takes in which time, for each channel, guild or webhook.</summary>
internal sealed record RouteLimit(int Count, TimeSpan Window);
