using SnapshotBot.Engine;

namespace SnapshotBot.Service.Games;

/// <summary>Tells whether a container is a profile's game.</summary>
internal static class ProfileMatcher
{
    /// <summary>The first profile that a container fits, never the generic one; null when none does.</summary>
    public static GameProfile? Find(IReadOnlyList<GameProfile> profiles, string image, IReadOnlyDictionary<string, string> labels, IReadOnlyList<string> environment) =>
        profiles.OrderBy(profile => profile.File is null ? 1 : 0).FirstOrDefault(profile => Fits(profile.Match, image, labels, environment));

    public static GameProfile? Find(IReadOnlyList<GameProfile> profiles, ContainerDetails container) =>
        Find(profiles, container.Image, container.Labels, container.Environment);

    private static bool Fits(ProfileMatch match, string image, IReadOnlyDictionary<string, string> labels, IReadOnlyList<string> environment)
    {
        var name = Repository(image);
        return match.Images.Any(pattern => PathPatterns.FitsText(pattern, name) || name.EndsWith("/" + pattern, StringComparison.Ordinal))
            || (match.Labels.Count > 0 && match.Labels.All(one => labels.TryGetValue(one.Key, out var value) && PathPatterns.FitsText(one.Value, value)))
            || (match.Env.Count > 0 && match.Env.All(one => Variable(environment, one.Key) is { } value && PathPatterns.FitsText(one.Value, value)));
    }

    public static string? Variable(IReadOnlyList<string> environment, string name) =>
        environment.FirstOrDefault(one => one.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary><c>ghcr.io:443/owner/game:tag@sha256:...</c> as <c>ghcr.io:443/owner/game</c>.</summary>
    public static string Repository(string image)
    {
        var at = image.IndexOf('@', StringComparison.Ordinal);
        image = at >= 0 ? image[..at] : image;
        var slash = image.LastIndexOf('/');
        var colon = image.IndexOf(':', slash + 1);
        return colon >= 0 ? image[..colon] : image;
    }
}
