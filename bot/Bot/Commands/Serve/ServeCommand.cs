using SnapshotBot.Bot.Hosting;

namespace SnapshotBot.Bot.Commands.Serve;

internal static class ServeCommand
{
    private static readonly Input<bool> NoDiscord = Input.Flag("--no-discord", "only schedules and what terminals ask for; no chat");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "serve",
        Summary = "Be the bot: serve Discord, schedules and whatever is asked for, until it is told to end",
        Role = Role.Terminal,
        Telling = Telling.Story,
        Inputs = [NoDiscord],
        Result = "a line each: {serve:{state,healed,left}}, state = waiting, ready or ended; {claim:{code}} while nobody has set it up",
        Examples = ["snapshotbot serve --no-discord"],
        Read = values => new Request(values.Get(NoDiscord) ? Chat.Without : Chat.With),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        context.Service.LogTo(Console.Error);
        var host = new ServeHost(context.Service, context.Settings, context.Show, context.Time);
        return new Answer(request.Chat == Chat.With
            ? await host.RunWithDiscordAsync(cancellationToken)
            : await host.RunWithoutDiscordAsync(cancellationToken));
    }

    /// <summary>Whether people in a chat are served too.</summary>
    private enum Chat
    {
        With,
        Without,
    }

    private sealed record Request(Chat Chat);
}
