using SnapshotBot.Bot.Hosting;

namespace SnapshotBot.Bot.Commands.Serve;

internal static class ServeCommand
{
    private static readonly Input<bool> NoDiscord = Input.Flag("--no-discord", "only schedules and what terminals ask for; no chat");
    private static readonly Input<bool> WithStarter = Input.Flag("--until-input-ends", "end, too, when standard input is closed: whoever started it is gone");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "serve",
        Summary = "Be the bot: serve Discord, schedules and whatever is asked for, until it is told to end",
        Role = Role.Terminal,
        Telling = Telling.Story,
        Inputs = [NoDiscord, WithStarter],
        Result = "a line each: {serve:{state,healed,left}}, state = waiting, ready or ended; {claim:{code}} while nobody has set it up",
        Examples = ["snapshotbot serve --no-discord"],
        Read = values => new Request(values.Get(NoDiscord) ? Chat.Without : Chat.With, values.Get(WithStarter) ? Life.OfItsStarter : Life.OfItsOwn),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        context.Service.LogTo(Console.Error);
        var host = new ServeHost(context.Service, context.Settings, context.Show, context.Time);
        using var starter = request.Life == Life.OfItsStarter ? new StarterWatch(cancellationToken) : null;
        var over = starter?.Token ?? cancellationToken;
        return new Answer(request.Chat == Chat.With ? await host.RunWithDiscordAsync(over) : await host.RunWithoutDiscordAsync(over));
    }

    /// <summary>Whether people in a chat are served too.</summary>
    private enum Chat
    {
        With,
        Without,
    }

    /// <summary>How long it serves.</summary>
    private enum Life
    {
        /// <summary>Until it is told to end.</summary>
        OfItsOwn,

        /// <summary>Until then, or until whoever holds the other end of its standard input is gone.</summary>
        OfItsStarter,
    }

    private sealed record Request(Chat Chat, Life Life);
}
