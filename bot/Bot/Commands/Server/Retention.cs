using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Retention
{
    private static readonly Input<string?> Rules = Input.OptionalWord(
        "KEEP", "what to keep, as last=7,daily=14,weekly=8; all keeps every one, none goes by the Discord server's rule again (shows what holds)");

    private static readonly Input<bool> Plan = Input.Flag("--plan", "only show what would stay, what would go and why");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server retention",
        Summary = "Say what is kept of a server's snapshots that no schedule's own rule speaks for",
        Role = Role.Admin,
        Inputs = [ServerInputs.Server, Rules, Plan],
        Result = "{server,retention,source,planned,held,kept:[{id,name,createdAt,reasons:[{rule,number,of,detail}]}],forgotten:[{id,name,createdAt,reason}],keptBytes}, "
            + "source = server, shared or none",
        Examples = ["snapshotbot server retention modpack last=10,daily=30 --plan", "snapshotbot server retention modpack all"],
        Read = values => new Request(values.Get(ServerInputs.Server), values.Get(Rules), values.Get(Plan) ? Way.Plan : Way.Do),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var server = await ServerInputs.RequireAsync(request.Server, context, cancellationToken);
        var reads = await context.Service.GetAsync<RetentionReads>(cancellationToken);
        var holds = reads.RuleOf(server.Id);
        if (request.Rules is not { } text)
        {
            return new Answer(new RetentionShown(server.Name, holds, await reads.OfAsync(server.Id, cancellationToken)));
        }

        var (keep, fault) = text.Trim() == ServerRetention.None ? (null, null) : KeepWords.Read(text);
        if (fault is not null)
        {
            throw new CommandFailedException(RefusalText.Of(new Refusal.KeepRefused(fault)));
        }

        if (request.Way == Way.Plan)
        {
            return new Answer(new RetentionShown(server.Name, holds, await reads.PreviewAsync(server.Id, keep, cancellationToken)) { Planned = keep ?? ServerRetention.None });
        }

        holds = await (await context.Service.GetAsync<ServerRetention>(cancellationToken)).SetAsync(server.Id, keep, cancellationToken);
        return new Answer(new RetentionShown(server.Name, holds, await reads.OfAsync(server.Id, cancellationToken)));
    }

    private enum Way
    {
        Plan,
        Do,
    }

    private sealed record Request(string Server, string? Rules, Way Way);
}
