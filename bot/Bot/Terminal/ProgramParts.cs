using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Terminal.RepositoryCommands;

namespace SnapshotBot.Bot.Terminal;

/// <summary>What a program can do. There are two: one with everything, and one with the repository commands alone, which is ready sooner.</summary>
/// <param name="Commands">What can be typed.</param>
/// <param name="ViewOf">How each of their outcomes is shown, in a zone.</param>
/// <param name="Service">Makes what they work on.</param>
internal sealed record ProgramParts(
    SpecSet Commands, Func<object, TimeZoneInfo, View> ViewOf, Func<Settings, TimeProvider, IServiceHost> Service)
{
    public static ProgramParts Everything() =>
        new(CommandList.Whole, Views.Of, (settings, time) => new ServiceHost(settings, time));

    /// <summary>Nothing in here may lead to the catalog or the engine: all it leads to becomes part of that program.</summary>
    public static ProgramParts RepositoryAlone() => new(
        new SpecSet(RepositoryCommandList.Entries),
        (outcome, zone) => RepositoryViews.Of(outcome, zone) ?? throw new InvalidOperationException($"No view of {outcome.GetType().Name}."),
        (_, _) => new NoServiceHost());
}
