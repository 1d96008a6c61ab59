using SnapshotBot.Bot.Presentation;

namespace SnapshotBot.Bot.Commands.Health;

internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "health",
        Summary = "Ask the serving process whether all it needs is there",
        Role = Role.Terminal,
        Result = "{ready,parts:{catalog,engine,repository,runner,gateway}}; exit code 1 when not ready",
        Examples = ["snapshotbot health"],
        Read = _ => new Request(),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var address = context.Settings.Variable("SNAPSHOTBOT_HEALTH") ?? throw new CommandFailedException(HealthPages.NoAddress());
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            // That is where to listen, which is no address to ask.
            var asked = address.Replace("0.0.0.0:", "127.0.0.1:", StringComparison.Ordinal);
            using var answer = await client.GetAsync(new Uri($"http://{asked}/health/ready"), cancellationToken);
            return new Answer(Hosting.HealthJson.Read(await answer.Content.ReadAsStringAsync(cancellationToken)) ?? throw new CommandFailedException(HealthPages.NoAnswer(address)));
        }
        catch (Exception error) when (error is HttpRequestException or UriFormatException or System.Text.Json.JsonException
            || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CommandFailedException(HealthPages.NoAnswer(address));
        }
    }

    private sealed record Request;
}
