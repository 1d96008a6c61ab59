using System.Security.Cryptography;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Hosting;

namespace SnapshotBot.Bot.Demo;

internal static class DemoCommand
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "demo",
        Summary = "A tour on a throw-away game server: snapshot, play on, diff, restore, undo, verify",
        Role = Role.Terminal,
        Telling = Telling.Story,
        Result = "{demo:{proven,worldBefore,worldPlayed,worldRestored,freezeMs,downtimeMs,durationMs,left:[names]}}",
        Examples = ["snapshotbot demo"],
        Read = _ => new Request(),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        var shell = DemoImage.FindShell(context.Settings);
        var id = RandomNumberGenerator.GetHexString(6, lowercase: true);
        using var game = await DemoGame.ConnectAsync(context.Settings, id, cancellationToken);
        await game.RemoveLeftoversAsync();
        using var folder = DemoFolder.Make(id);
        DemoOutcome proven;
        try
        {
            proven = await new DemoTour(game, context, folder.DataPath).RunAsync(shell, cancellationToken);
        }
        catch
        {
            if (await CleanUpAsync() is { Count: > 0 } remains)
            {
                context.Show(new DemoLeft(remains));
            }

            throw;
        }

        var left = await CleanUpAsync();
        Stamp(context.Settings);
        return new Answer(proven with { Left = left, Took = context.Time.GetElapsedTime(started) });

        Task<IReadOnlyList<string>> CleanUpAsync()
        {
            context.Progress.Report(new StepProgress("cleaning up", 0, 0, ProgressUnit.None));
            return folder.CleanUpAsync(game.RemoveAsync);
        }
    }

    /// <summary>Whoever starts this by a script is told by a file that somebody has seen it to its end.</summary>
    private static void Stamp(Settings settings)
    {
        try
        {
            if (settings.Variable("SNAPSHOTBOT_DEMO_STAMP") is { } path)
            {
                using var stamp = new FileStream(path, FileMode.Create);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Then it is shown again next time.
        }
    }

    private sealed record Request;
}
