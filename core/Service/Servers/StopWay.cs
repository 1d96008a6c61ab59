using SnapshotBot.Engine;
using SnapshotBot.Service.Games;

namespace SnapshotBot.Service.Servers;

/// <summary>How a container is asked to end.</summary>
/// <param name="Grace">How long it may take before it is killed.</param>
/// <param name="Signal">What it is sent; null: the container's own signal.</param>
internal sealed record StopWay(TimeSpan Grace, string? Signal)
{
    /// <summary>The longest of what the profile, the container and the options say; the signal for the game's own container only.</summary>
    public static StopWay Of(ContainerDetails container, Game game, ServiceOptions options)
    {
        var isGame = game.Container?.Id == container.Id && game.Profile.Name != GameProfile.GenericName;
        return isGame ? new(Longest(container, game.StopGrace), game.StopSignal) : Of(container, options);
    }

    /// <summary>Of a container that is no game's.</summary>
    public static StopWay Of(ContainerDetails container, ServiceOptions options) => new(Longest(container, options.StopGrace), null);

    private static TimeSpan Longest(ContainerDetails container, TimeSpan grace) => container.StopTimeout > grace ? container.StopTimeout.Value : grace;
}
