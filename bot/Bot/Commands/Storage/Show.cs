using SnapshotBot.Bot.Presentation.Pictures;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Storage;

internal static class Show
{
    private static readonly Input<string?> Picture = Input.Value("--picture", "FILE", "also draw how it grew into this PNG");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "storage",
        Summary = "Show what the repository holds, how it grows and how safe it lies",
        Role = Role.Viewer,
        Inputs = [Picture],
        Result = "{storage:{location,light,reasons,bytes,snapshots,servers,locked,lockedBytes,safety,safetyBytes,quota,disk,copy,passwordKept,reading,growth},picture}",
        Examples = ["snapshotbot storage", "snapshotbot storage --picture growth.png"],
        Read = values => new Request(values.Get(Picture)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var storage = await (await context.Service.GetAsync<StorageReads>(cancellationToken)).OfAsync(cancellationToken);
        if (request.Picture is { } file)
        {
            PictureFile.Write(file, StoragePicture.Draw(storage, context.Time.GetUtcNow(), context.Time.LocalTimeZone));
        }

        return new Answer(new StorageShown(storage, request.Picture));
    }

    private sealed record Request(string? Picture);
}
