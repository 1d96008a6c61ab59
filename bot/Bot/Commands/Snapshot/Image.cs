using SnapshotBot.Service.Duplicates;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class Image
{
    private static readonly Input<string> Tag = Input.Word("TAG", "the image's name and tag");
    private static readonly Input<string?> Container = Input.Value("--container", "NAME", "which container, where the server has several");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "snapshot image",
        Summary = "Publish a container of a snapshot as a Docker image, as docker commit would have",
        Role = Role.Admin,
        Inputs = [SnapshotInputs.Snapshot, Tag, Container],
        Result = "{image:{id,tag,container,size,secrets}}",
        Examples = ["snapshotbot snapshot image modpack/before-update games/modpack:before-update"],
        Read = values => new Request(values.Get(SnapshotInputs.Snapshot), values.Get(Tag), values.Get(Container)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var snapshot = await SnapshotInputs.RequireAsync(request.Snapshot, context, cancellationToken);
        return new Change<PublishImageOutcome>(new PublishImage
        {
            Snapshot = snapshot.Id,
            Server = snapshot.ServerId,
            Tag = request.Tag,
            Container = request.Container,
        });
    }

    private sealed record Request(string Snapshot, string Tag, string? Container);
}
