using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Commands.Setting;

internal static class Show
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "settings show",
        Summary = "Show what was set, for all Discord servers and for each",
        Role = Role.Terminal,
        Result = "{settings:[{key,guild,value}]}",
        Examples = ["snapshotbot settings show"],
        Read = _ => new Request(),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Answer(new SettingsShown((await context.Service.GetAsync<SettingReads>(cancellationToken)).List()));

    private sealed record Request;
}
